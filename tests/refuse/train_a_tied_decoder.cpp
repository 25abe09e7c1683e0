// A decoder whose weights are its encoder's is trained alone.
// says: strata: a layer of this slice is tied to weights outside of it
// also: weights_tied_outside<
// also: net
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, mark<"first">, dense<20>, relu, mark<"code">, tied_dense<9, "first">> {};
using decoder = from<net, "code">;

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    optimizer opt{weights, sgd{}};
#ifdef STRATA_CORRECTED
    workspace<net, batch<2>> work;
    const std::vector<float> x(9);
#else
    workspace<decoder, batch<2>> work;
    const std::vector<float> x(20);
#endif
    const std::vector<float> y(9);
    train_step(weights, work, opt, mse{}, x, y);
}
