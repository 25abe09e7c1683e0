// The image has other channels than its gate, the second mark.
// says: strata: this entry takes operands of one shape
// also: operands_of_other_shapes<
// also: layer_number<5>
// also: input_shape<4, 4, 2>
// also: input_shape<4, 4, 3>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net
    : network<input<4, 4, 2>, mark<"in">, conv2d<2, 1>, mark<"gate">, sigmoid, multiply<"in", "gate">> {};
#else
struct net
    : network<input<4, 4, 3>, mark<"in">, conv2d<2, 1>, mark<"gate">, sigmoid, multiply<"gate", "in">> {};
#endif

int main() {}
