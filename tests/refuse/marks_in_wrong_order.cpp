// The first mark of between comes after the last.
// says: strata: between<Net, First, Last> needs First before Last in the network
// also: marks_in_wrong_order
// also: "late"
// also: "early"
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, mark<"early">, dense<4>, mark<"late">, dense<9>> {};

#ifdef STRATA_CORRECTED
using middle = between<net, "early", "late">;
#else
using middle = between<net, "late", "early">;
#endif

static_assert(middle::layer_count > 0);

int main() {}
