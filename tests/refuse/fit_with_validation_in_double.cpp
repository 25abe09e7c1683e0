// fit gets validation data in double.
// says: strata: networks compute in float, and so is validation data
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    model<net> weights{zeros{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9);
#ifdef STRATA_CORRECTED
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3, .validation = {x, x}});
#else
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3, .validation = {x, std::vector<double>(9)}});
#endif
}
