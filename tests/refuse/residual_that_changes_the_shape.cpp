// The layers of a residual change its width.
// says: sum_of<path<...>, path<conv2d<Filters, 1>>>
// also: operands_of_other_shapes<
// also: layer_number<2>
// also: input_shape<4>
// also: input_shape<9>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, residual<dense<9>>> {};
#else
struct net : network<input<9>, residual<dense<4>>> {};
#endif

int main() {}
