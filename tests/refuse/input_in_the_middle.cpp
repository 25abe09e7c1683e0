// A network has a second input.
// says: strata: input<...> can only be a network's first entry
// also: layer_number<2>
// also: input<4>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>, dense<9>> {};
#else
struct net : network<input<9>, dense<4>, input<4>, dense<9>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
