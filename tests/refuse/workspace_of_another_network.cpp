// train_step gets the workspace of another network.
// says: strata: this workspace is another network's
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};
struct other : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
#ifdef STRATA_CORRECTED
    workspace<net, batch<8>> work;
#else
    workspace<other, batch<8>> work;
#endif
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, opt, mse{}, x, y);
}
