// A model is copied by the way.
// says: net.clone()
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
    train_step(weights, work, opt, mse{}, x, y);
#ifdef STRATA_CORRECTED
    const model<net> copy = weights.clone();
#else
    const model<net> copy = weights;
#endif
    train_step(weights, work, opt, mse{}, x, predict(copy, x));
}
