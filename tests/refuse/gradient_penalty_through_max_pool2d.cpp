// A gradient penalty of a critic with max_pool2d.
// says: strata: gradient_penalty differentiates a gradient, which is not possible through a layer whose slope jumps
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<3, 3, 1>, conv2d<1, 2, stride<2>>, flatten, dense<1>> {};
#else
struct net : network<input<3, 3, 1>, max_pool2d<2>, flatten, dense<1>> {};
#endif

int main() {
    const model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    gradient_penalty<net, batch<2>> penalty{1.0f};
    const std::vector<float> x(18);
    penalty.accumulate(weights, work, x);
}
