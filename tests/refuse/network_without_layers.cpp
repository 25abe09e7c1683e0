// A network of nothing but its input.
// says: strata: a network needs at least one layer after its input
// also: input<9>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>> {};
#else
struct net : network<input<9>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
