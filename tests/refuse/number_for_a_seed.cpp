// A number stands where a seed belongs.
// says: strata: a number by itself is no seed: write seed{1}
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
#ifdef STRATA_CORRECTED
    model<net> weights{glorot_uniform{}, seed{1}};
#else
    model<net> weights{glorot_uniform{}, 1};
#endif
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, opt, mse{}, x, y);
}
