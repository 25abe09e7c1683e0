// A pooling window is larger than what is left of the image.
// says: strata: this layer's window is larger than its input
// also: layer_number<3>
// also: max_pool2d<
// also: input_shape<3, 3, 8>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, conv2d<8, 3, stride<2>>, conv2d<8, 2>, max_pool2d<3>> {};
#else
struct net : network<input<9, 9, 1>, conv2d<8, 3, stride<2>>, conv2d<8, 2>, max_pool2d<4>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
