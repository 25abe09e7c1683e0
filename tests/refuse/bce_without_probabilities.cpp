// A loss of probabilities, and the network gives any numbers.
// says: strata: this loss takes probabilities, and the network does not end in a sigmoid or a softmax
// also: layer_number<2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<3>, sigmoid> {};
#else
struct net : network<input<9>, dense<3>, relu> {};
#endif

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(18), y(6);
    train_step(weights, work, opt, bce{}, x, y);
}
