// Groups of one and a half channels.
// says: strata: this layer's groups do not divide its channels and its filters
// also: layer_number<2>
// also: input_shape<7, 7, 6>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, conv2d<6, 3>, conv2d<8, 3, groups<2>>> {};
#else
struct net : network<input<9, 9, 1>, conv2d<6, 3>, conv2d<8, 3, groups<4>>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
