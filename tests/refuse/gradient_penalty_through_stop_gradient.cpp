// A gradient penalty of a critic with stop_gradient.
// says: strata: gradient_penalty moves the samples, and what lies behind a stop_gradient would move with them
// also: layer_number<3>
// also: gradient_penalty_through_stop_gradient<
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<20>, mark<"a">, gelu, add<"a">, dense<1>> {};
#else
struct net : network<input<9>, dense<20>, mark<"a">, stop_gradient, add<"a">, dense<1>> {};
#endif

int main() {
    const model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    gradient_penalty<net, batch<2>> penalty{1.0f};
    const std::vector<float> x(18);
    penalty.accumulate(weights, work, x);
}
