// A network is cut at a mark that nothing comes before.
// says: strata: no layer comes before this mark
// also: nothing_before_this_mark
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, mark<"start">, dense<4>, dense<9>> {};

#ifdef STRATA_CORRECTED
using head = from<net, "start">;
#else
using head = until<net, "start">;
#endif

static_assert(head::layer_count > 0);

int main() {}
