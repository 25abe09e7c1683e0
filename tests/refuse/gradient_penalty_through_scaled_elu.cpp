// A gradient penalty of a critic with elu.
// says: strata: gradient_penalty differentiates a gradient, which it cannot through a layer that bends and whose slope jumps, too
// also: layer_number<2>
// also: a_kink
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<20>, gelu, dense<1>> {};
#else
struct net : network<input<9>, dense<20>, elu<1.5>, dense<1>> {};
#endif

int main() {
    const model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    gradient_penalty<net, batch<2>> penalty{1.0f};
    const std::vector<float> x(18);
    penalty.accumulate(weights, work, x);
}
