// Two marks have the same name.
// says: strata: two marks of this network have the same name: give each its own
// also: doubled_mark
// also: layer_number<2>
// also: "code"
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>, mark<"code">, dense<4>, mark<"deep code">, dense<9>> {};
#else
struct net : network<input<9>, dense<4>, mark<"code">, dense<4>, mark<"code">, dense<9>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
