// max_pool2d gets an option of conv2d's.
// says: strata: this layer does not take one of the options in its brackets: max_pool2d takes only
// also: layer_number<2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, conv2d<4, 3, dilation<2>>, max_pool2d<3>> {};
#else
struct net : network<input<9, 9, 1>, conv2d<4, 3>, max_pool2d<3, dilation<2>>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
