// Two values go into this part of a network.
// says: strata: several values go into this part of a network, which no workspace takes so far: cut where one does
// also: several_values_go_in<
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<4, 4, 1>, mark<"fine">, max_pool2d<2>, mark<"code">, upsample2d<2>, concat<"fine">,
                     mark<"late">, conv2d<1, 1>> {};

#ifdef STRATA_CORRECTED
using part = from<net, "late">;
#else
using part = from<net, "fine", "code">;
#endif

int main() { workspace<part, batch<1>, inference> work; }
