// train_step gets a tuple of targets, and the network has one output.
// says: strata: this network has another number of outputs than targets are handed in
// also: outputs<1>
// also: given<2>
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<4>> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 7), y(8 * 4);
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, mse{}, x, y);
#else
    train_step(weights, work, opt, mse{}, x, std::tie(y, y));
#endif
}
