// train_step gets targets in double.
// says: strata: networks compute in float unless told otherwise: hand in floats
#include "strata/strata.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    model<net> weights;
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const xt::xtensor<float, 2> x{{2, 9}};
#ifdef STRATA_CORRECTED
    const xt::xtensor<float, 2> target{{2, 9}};
#else
    const xt::xtensor<double, 2> target{{2, 9}};
#endif
    train_step(weights, work, opt, mse{}, x, target);
}
