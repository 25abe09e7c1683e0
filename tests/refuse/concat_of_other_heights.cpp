// The images have other heights.
// says: concat: of one shape but for the last axis
// also: operands_of_other_shapes<
// also: layer_number<3>
// also: input_shape<4, 4, 2>
// also: input_shape<2, 2, 2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<4, 4, 2>, mark<"in">, conv2d<3, 1>, concat<"in">> {};
#else
struct net : network<input<4, 4, 2>, mark<"in">, max_pool2d<2>, concat<"in">> {};
#endif

int main() {}
