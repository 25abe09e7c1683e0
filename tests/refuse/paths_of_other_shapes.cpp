// The paths end in other numbers of channels.
// says: strata: this entry takes operands of one shape
// also: operands_of_other_shapes<
// also: input_shape<4, 4, 5>
// also: input_shape<4, 4, 3>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<4, 4, 3>, sum_of<path<conv2d<5, 3, same>>, path<conv2d<5, 1>>>> {};
#else
struct net : network<input<4, 4, 3>, sum_of<path<conv2d<5, 3, same>>, path<>>> {};
#endif

int main() {}
