// predict gets a mark where a slice belongs.
// says: strata: predict and evaluate take a slice in their brackets
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<2>, mark<"code">, dense<4>> {};

int main() {
    model<net> weights{glorot_uniform{}, seed{1}};
    workspace<net, batch<8>> work;
    const std::vector<float> x(8 * 9), y(8 * 4);
#ifdef STRATA_CORRECTED
    return predict<until<net, "code">>(weights, x).empty();
#else
    return predict<"code">(weights, x).empty();
#endif
}
