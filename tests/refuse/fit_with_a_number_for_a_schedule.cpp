// fit gets one learning rate where a schedule belongs.
// says: strata: fit's options come after the targets, by name and in this order
// says: a learning rate that stays the same is the optimizer's
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
    fit(weights, work, opt, mse{}, x, y, {.epochs = 2, .learning_rate = constant_rate{0.1f}});
#else
    fit(weights, work, opt, mse{}, x, y, {.epochs = 2, .learning_rate = 0.1f});
#endif
}
