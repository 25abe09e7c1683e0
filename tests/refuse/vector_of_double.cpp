// predict gets a std::vector of double.
// says: strata: networks compute in float unless told otherwise: hand in floats
// also: vector<double
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    const model<net> weights;
#ifdef STRATA_CORRECTED
    const std::vector<float> x(9);
#else
    const std::vector<double> x(9);
#endif
    return static_cast<int>(predict(weights, x).size());
}
