// clip gets its upper bound first.
// says: strata: the numbers in this layer's brackets are no range: the first bound is below the second
// also: layer_number<2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<16>, clip<0, 6>, dense<4>> {};
#else
struct net : network<input<9>, dense<16>, clip<6, 0>, dense<4>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
