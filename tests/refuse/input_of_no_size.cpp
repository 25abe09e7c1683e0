// An extent of the input is zero.
// says: strata: input<...> takes one to four extents, each at least 1
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<28, 1>, flatten, dense<4>> {};
#else
struct net : network<input<28, 0>, flatten, dense<4>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
