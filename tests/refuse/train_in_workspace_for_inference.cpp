// train_step gets a workspace that has no room for gradients.
// says: strata: this workspace is for inference and has no room for gradients
// also: workspace_without_gradients<net>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, relu, dense<9>> {};

int main() {
    model<net> weights;
#ifdef STRATA_CORRECTED
    workspace<net, batch<2>> work;
#else
    workspace<net, batch<2>, inference> work;
#endif
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9);
    train_step(weights, work, opt, mse{}, x, x);
}
