// predict gets a tuple, and the network has one input.
// says: strata: this network has another number of inputs than samples are handed in
// also: inputs<1>
// also: given<1>
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

int main() {
    const model<net> weights;
    const std::vector<float> x(8 * 7);
#ifdef STRATA_CORRECTED
    return static_cast<int>(predict<"digit">(weights, x).size());
#else
    return static_cast<int>(predict<"digit">(weights, std::tie(x)).size());
#endif
}
