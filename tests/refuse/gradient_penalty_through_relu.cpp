// A gradient penalty of a critic with relu.
// says: strata: gradient_penalty differentiates a gradient, which is not possible through a layer whose slope jumps
// also: layer_number<2>
// also: a_kink
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<20>, gelu, dense<1>> {};
#else
struct net : network<input<9>, dense<20>, relu, dense<1>> {};
#endif

int main() {
    const model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    gradient_penalty<net, batch<2>> penalty{1.0f};
    const std::vector<float> x(18);
    penalty.accumulate(weights, work, x);
}
