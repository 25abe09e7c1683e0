// predict of a model of doubles gets floats.
// says: strata: this model computes in double: hand in doubles
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const model<net, double> weights;
#ifdef STRATA_CORRECTED
    const std::vector<double> x(9);
#else
    const std::vector<float> x(9);
#endif
    return static_cast<int>(predict(weights, x).size());
}
