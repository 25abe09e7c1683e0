// fit gets std::vectors of double.
// says: strata: networks compute in float unless told otherwise: hand in floats
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
#ifdef STRATA_CORRECTED
    const std::vector<float> x(8 * 9), y(8 * 4);
#else
    const std::vector<double> x(8 * 9), y(8 * 4);
#endif
    fit(weights, work, opt, mse{}, x, y, {.epochs = 2});
}
