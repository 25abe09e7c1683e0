// A penalty on a critic's slope, where frozen layers come first.
// says: strata: this network begins with frozen layers or with stop_gradient, so its workspace has no gradients for them
// also: input_gradient_behind_frozen_layers<net>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, frozen<dense<20>, gelu>, dense<1>> {};

#ifdef STRATA_CORRECTED
using trained = thawed<net>;
#else
using trained = net;
#endif

int main() {
    const model<net> weights;
    workspace<trained, batch<2>> work;
    gradient_penalty<trained, batch<2>> penalty{1.0f};
    const std::vector<float> x(9);
    penalty.accumulate(weights, work, x);
}
