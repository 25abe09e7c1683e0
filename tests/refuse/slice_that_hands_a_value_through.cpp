// A slice is handed a value with which none of its entries computes.
// says: strata: no entry of this slice computes with what this entry gives, so it would come out as it went in
// also: slice_hands_through<
// also: layer_number<3>
// also: dense<5>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

#ifdef STRATA_CORRECTED
using late = from<net, "trunk">;
#else
using late = from<net, "trunk", "digit">;
#endif

static_assert(late::layer_count > 0);

int main() {}
