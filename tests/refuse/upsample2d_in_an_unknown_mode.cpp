// upsample2d gets something that is no mode.
// says: strata: upsample2d's third argument is its mode: nearest, the default, or bilinear
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, upsample2d<2, 2, bilinear>> {};
#else
struct net : network<input<9, 9, 1>, upsample2d<2, 2, same>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
