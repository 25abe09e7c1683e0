// A dropout rate that is no probability.
// says: strata: the number in this layer's brackets is out of range
// also: layer_number<3>
// also: dropout<
// also: input_shape<20>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<20>, relu, dropout<0.15>, dense<4>> {};
#else
struct net : network<input<9>, dense<20>, relu, dropout<1.5>, dense<4>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
