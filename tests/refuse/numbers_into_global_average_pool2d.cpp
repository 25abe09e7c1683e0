// The mean over an image's pixels comes after flatten, which leaves no pixels.
// says: strata: this layer takes an image, height x width x channels
// also: layer_number<3>
// also: global_average_pool2d
// also: input_shape<392>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, conv2d<8, 3>, global_average_pool2d, dense<10>> {};
#else
struct net : network<input<9, 9, 1>, conv2d<8, 3>, flatten, global_average_pool2d, dense<10>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
