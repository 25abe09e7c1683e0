// A row of numbers goes into conv2d.
// says: strata: this layer takes an image, height x width x channels
// also: layer_number<1>
// also: conv2d<8
// also: input_shape<784>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<28, 28, 1>, conv2d<8, 3>, relu> {};
#else
struct net : network<input<784>, conv2d<8, 3>, relu> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
