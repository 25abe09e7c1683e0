// The values have other widths.
// says: strata: this entry takes operands of one shape
// also: operands_of_other_shapes<
// also: layer_number<3>
// also: input_shape<4>
// also: input_shape<9>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"in">, dense<9>, add<"in">> {};
#else
struct net : network<input<9>, mark<"in">, dense<4>, add<"in">> {};
#endif

int main() {}
