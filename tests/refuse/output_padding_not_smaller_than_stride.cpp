// An output padding is as large as the stride.
// says: an output padding must be smaller than the stride
// also: layer_number<1>
// also: conv2d_transpose<8
// also: input_shape<4, 4, 1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<4, 4, 1>, conv2d_transpose<8, 3, stride<2>, output_padding<1>>> {};
#else
struct net : network<input<4, 4, 1>, conv2d_transpose<8, 3, stride<2>, output_padding<2>>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
