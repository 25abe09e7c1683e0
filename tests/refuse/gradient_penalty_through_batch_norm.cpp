// A gradient penalty of a critic with batch_norm.
// says: strata: gradient_penalty moves each sample by itself, but this layer computes with all samples of the batch
// also: layer_number<1>
// also: mixed_samples
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, layer_norm<>, strata::tanh, dense<1>> {};
#else
struct net : network<input<9>, batch_norm<>, strata::tanh, dense<1>> {};
#endif

int main() {
    const model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    gradient_penalty<net, batch<2>> penalty{1.0f};
    const std::vector<float> x(18);
    penalty.accumulate(weights, work, x);
}
