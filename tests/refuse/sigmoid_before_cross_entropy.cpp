// A sigmoid, and a mark after it, before a loss of logits.
// says: strata: this loss takes logits and applies the softmax or the sigmoid itself
// also: layer_number<2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<3>, mark<"end">> {};
#else
struct net : network<input<9>, dense<3>, sigmoid, mark<"end">> {};
#endif

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(18), y(6);
    train_step(weights, work, opt, cross_entropy{} + 0.1f * on_weights(l2{}), x, y);
}
