// zero_pad2d gets three numbers, for two sides and two.
// says: strata: zero_pad2d takes one number for all sides, two for height and width, or four
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, zero_pad2d<1, 2, 3, 3>, conv2d<4, 3>> {};
#else
struct net : network<input<9, 9, 1>, zero_pad2d<1, 2, 3>, conv2d<4, 3>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
