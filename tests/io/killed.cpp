// A training for killed.py: killed CHECKPOINT WEIGHTS. Goes on from the checkpoint if there is one, and writes the weights.

#include "strata/core.hpp"
#include "strata/io/checkpoint.hpp"
#include "strata/io/weights.hpp"

#include "support/small_networks.hpp"

#include <cstdio>
#include <exception>
#include <vector>

namespace {

using namespace strata;

struct net_type : network<strata::input<12>, dense<24>, relu, dropout<0.2>, dense<12>, batch_norm<>,
                          strata::tanh, dense<4>> {};

void run(const char* path, const char* weights) {
    const std::vector<float> x = tests::uniform_rows(160, 12, 1), y = tests::uniform_rows(160, 4, 2);
    model<net_type> net{seed{3}};
    workspace<net_type, batch<16>> work;
    optimizer opt{net, adam{}};
    checkpoint file{path, net, opt, {.every_minutes = 0.0}};
    fit(net, work, opt, mse{}, x, y,
        {.epochs = 12,
         .learning_rate = cosine_decay{0.02f, 120},
         .clip_norm = 1.0f,
         .patience = 10,
         .restore_best_weights = true,
         .on_progress = file,
         .resume_from = file.restore()});
    save(weights, net);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    try {
        run(argv[1], argv[2]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
