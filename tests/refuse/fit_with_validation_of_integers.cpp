// fit gets integers for samples of its validation data.
// says: strata: validation data is floats, or doubles where the model computes in those
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
    fit(weights, work, opt, mse{}, x, x, {.epochs = 3, .validation = {std::vector<int>(9), x}});
#endif
}
