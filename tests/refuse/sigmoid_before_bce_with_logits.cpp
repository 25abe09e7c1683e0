// A sigmoid before a loss that has one.
// says: strata: this loss takes logits and applies the softmax or the sigmoid itself
// also: layer_number<2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<3>> {};
#else
struct net : network<input<9>, dense<3>, sigmoid> {};
#endif

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(18), y(6);
    train_step(weights, work, opt, 2.0f * bce_with_logits{}, x, y);
}
