// A workspace without a size.
// says: strata: a workspace has room for so many samples at a time: workspace<Net, batch<32>>
// also: workspace_without_batch<net
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
#ifdef STRATA_CORRECTED
    workspace<net, batch<8>> work;
#else
    workspace<net> work;
#endif
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, opt, mse{}, x, y);
}
