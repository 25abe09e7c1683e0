// fit gets validation data where its callback belongs.
// says: strata: validation data comes after the callback: fit(..., options, no_callback{}, validation{x, y})
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    model<net> weights{zeros{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3}, no_callback{}, validation{x, x});
#else
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3}, validation{x, x});
#endif
}
