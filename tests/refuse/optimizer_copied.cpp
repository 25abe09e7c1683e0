// An optimizer is copied by the way.
// says: a second one is made from the model: optimizer b{model, sgd{}}
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
    optimizer second{weights, sgd{.learning_rate = 0.1f}};
#else
    auto second = opt;
#endif
    train_step(weights, work, second, mse{}, x, y);
}
