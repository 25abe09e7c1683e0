// A network without input and layers.
// says: strata: a network starts with its input: make input<...> its first entry
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>> {};
#else
struct net : network<> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
