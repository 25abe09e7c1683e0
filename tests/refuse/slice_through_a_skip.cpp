// A layer of the slice reads a value from before it.
// says: strata: this layer of the slice reads a value from before it: name the mark there, too
// also: slice_cuts_through<
// also: layer_number<5>
// also: "fine"
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<4, 4, 1>, mark<"fine">, max_pool2d<2>, mark<"code">, upsample2d<2>, concat<"fine">,
                     mark<"coarse">, conv2d<1, 1>> {};

#ifdef STRATA_CORRECTED
using late = from<net, "coarse">;
#else
using late = from<net, "code">;
#endif

static_assert(late::layer_count > 0);

int main() {}
