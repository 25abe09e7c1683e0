// forward gets a model of floats and a workspace of doubles.
// says: model and workspace are of one number type, float or double
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const model<net> weights;
    const std::vector<float> x(9);
#ifdef STRATA_CORRECTED
    workspace<net, batch<2>, inference> work;
#else
    workspace<net, batch<2>, inference, double> work;
#endif
    return static_cast<int>(forward(weights, work, x).rows);
}
