// fit gets a callback where its options belong.
// says: strata: fit's options come after the targets, by name and in this order
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9), y(8 * 4);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, y, {.after_epoch = [](const epoch_report&) {}});
#else
    fit(weights, work, opt, mse{}, x, y, [](const epoch_report&) {});
#endif
}
