// fit gets a tuple, and the network has one input.
// says: strata: this network has another number of inputs than samples are handed in
// also: inputs<1>
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
    fit(weights, work, opt, mse{}, x, y, {.epochs = 2});
#else
    fit(weights, work, opt, mse{}, std::tie(x, x), y, {.epochs = 2});
#endif
}
