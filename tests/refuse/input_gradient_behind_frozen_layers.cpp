// The gradient of the input is asked for where frozen layers come first.
// says: strata: this network begins with frozen layers or with stop_gradient, so its workspace has no gradients for them
// also: input_gradient_behind_frozen_layers<net>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, frozen<dense<20>, relu>, dense<4>> {};

int main() {
    const model<net> weights;
#ifdef STRATA_CORRECTED
    workspace<thawed<net>, batch<2>> work;
#else
    workspace<net, batch<2>> work;
#endif
    const std::vector<float> x(9);
    return static_cast<int>(input_gradient(weights, work, mse{}, x, 0.0f).rows);
}
