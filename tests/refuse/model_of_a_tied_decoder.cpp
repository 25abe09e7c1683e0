// A decoder whose weights are its encoder's gets a model of its own.
// says: strata: a layer of this slice is tied to weights outside of it
// also: weights_tied_outside<
// also: net
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, mark<"first">, dense<20>, relu, mark<"code">, tied_dense<9, "first">> {};
using decoder = from<net, "code">;

int main() {
#ifdef STRATA_CORRECTED
    const model<net> weights{glorot_uniform{}, seed{1}};
#else
    const model<decoder> weights{glorot_uniform{}, seed{1}};
#endif
    const std::vector<float> codes(20);
    return static_cast<int>(predict<decoder>(weights, codes).size());
}
