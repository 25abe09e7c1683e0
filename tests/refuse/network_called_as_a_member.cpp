// A network that has the name of one of its members, which it hides.
// says: <layers
#include "strata/core.hpp"

#include <vector>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<strata::input<9>, dense<4>> {};
#else
struct layers : network<strata::input<9>, dense<4>> {};
using net = layers;
#endif

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x(8 * 9);
    const std::vector<float> y(8 * 4);
    train_step(weights, work, opt, mse{}, x, y);
}
