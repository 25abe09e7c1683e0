// An optimizer is made of its rule, without its model.
// says: strata: an optimizer is made of a model and a rule: optimizer opt{model, adam{.learning_rate = 1e-3f}}
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
#ifdef STRATA_CORRECTED
    optimizer opt{weights, adam{.learning_rate = 0.1f}};
#else
    optimizer opt{adam{.learning_rate = 0.1f}};
#endif
    const std::vector<float> x(8 * 9), y(8 * 4);
    train_step(weights, work, opt, mse{}, x, y);
}
