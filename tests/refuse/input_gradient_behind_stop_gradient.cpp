// No gradient goes back to the input, and one asks for it.
// says: strata: this network begins with frozen layers or with stop_gradient
// also: input_gradient_behind_frozen_layers<net
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"in">, dense<9>, stop_gradient, add<"in">, dense<4>> {};
#else
struct net : network<input<9>, stop_gradient, dense<4>> {};
#endif

int main() {
    const model<net> weights;
    workspace<net, batch<2>> work;
    const std::vector<float> x(9), y(4);
    input_gradient(weights, work, mse{}, x, y);
}
