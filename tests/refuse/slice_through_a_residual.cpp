// The slice begins within a residual.
// says: strata: this layer of the slice reads a value from before it
// also: slice_cuts_through<
// also: layer_number<4>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, residual<dense<9>, mark<"within">, relu>, mark<"behind">, dense<2>> {};

#ifdef STRATA_CORRECTED
using late = from<net, "behind">;
#else
using late = from<net, "within">;
#endif

static_assert(late::layer_count > 0);

int main() {}
