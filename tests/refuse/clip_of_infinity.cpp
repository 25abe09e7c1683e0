// clip with one bound alone, the other infinite.
// says: and neither is infinite
// also: layer_number<2>
#include "strata/core.hpp"

#include <limits>

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<16>, relu, dense<4>> {};
#else
struct net : network<input<9>, dense<16>, clip<0, std::numeric_limits<double>::infinity()>, dense<4>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
