// predict gets samples in double.
// says: strata: networks compute in float unless told otherwise: hand in floats
#include "strata/strata.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    const model<net> weights;
#ifdef STRATA_CORRECTED
    const xt::xtensor<float, 2> x{{3, 9}};
#else
    const xt::xtensor<double, 2> x{{3, 9}};
#endif
    return static_cast<int>(predict(weights, x).size());
}
