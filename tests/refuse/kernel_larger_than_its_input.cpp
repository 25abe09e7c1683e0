// A kernel is larger than its input, and valid.
// says: strata: this layer's window is larger than its input
// also: layer_number<2>
// also: conv2d<8
// also: input_shape<2, 2, 4>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<4, 4, 1>, conv2d<4, 3>, conv2d<8, 3, same>> {};
#else
struct net : network<input<4, 4, 1>, conv2d<4, 3>, conv2d<8, 3, valid>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
