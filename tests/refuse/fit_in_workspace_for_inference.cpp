// fit gets a workspace for inference.
// says: strata: this workspace is for inference and has no room for gradients
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
#ifdef STRATA_CORRECTED
    workspace<net, batch<8>> work;
#else
    workspace<net, batch<8>, inference> work;
#endif
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 9), y(8 * 4);
    fit(weights, work, opt, mse{}, x, y, {.epochs = 2});
}
