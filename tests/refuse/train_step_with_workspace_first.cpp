// train_step gets the workspace before the model.
// says: strata: the arguments are (model, workspace, optimizer, loss, samples, targets)
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, mse{}, x, y);
#else
    train_step(work, weights, opt, mse{}, x, y);
#endif
}
