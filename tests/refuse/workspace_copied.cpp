// A workspace is copied by the way.
// says: make another: workspace<Net, batch<32>> second
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
    workspace<net, batch<8>> second;
#else
    auto second = work;
#endif
    train_step(weights, second, opt, mse{}, x, y);
}
