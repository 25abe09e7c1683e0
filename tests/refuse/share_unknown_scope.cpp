// shared names a scope that the network does not have.
// says: strata: shared<Scope, ...> needs a scope of that name earlier in the network
// also: nothing_to_share<
// also: layer_number<3>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, scope<"left", dense<9>>, relu, shared<"left", dense<9>>> {};
#else
struct net : network<input<9>, scope<"left", dense<9>>, relu, shared<"lest", dense<9>>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
