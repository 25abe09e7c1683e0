// A network starts with a layer.
// says: strata: a network starts with its input: make input<...> its first entry
// also: dense<4>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>, relu> {};
#else
struct net : network<dense<4>, relu> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
