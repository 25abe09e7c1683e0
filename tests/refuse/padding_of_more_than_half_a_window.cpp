// A padding so wide that windows would lie in it.
// says: strata: this layer's padding is more than half of its window
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, max_pool2d<3, stride<2>, padding<1>>> {};
#else
struct net : network<input<9, 9, 1>, max_pool2d<3, stride<2>, padding<2>>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
