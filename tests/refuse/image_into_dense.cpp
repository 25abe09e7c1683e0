// An image goes into dense without flatten.
// says: strata: this layer takes one row of numbers, not an image: put flatten in front of it
// also: layer_number<3>
// also: dense<10>
// also: input_shape<13, 13, 8>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<28, 28, 1>, conv2d<8, 3, stride<2>>, relu, flatten, dense<10>> {};
#else
struct net : network<input<28, 28, 1>, conv2d<8, 3, stride<2>>, relu, dense<10>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
