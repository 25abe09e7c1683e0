// reshape changes the number of values.
// says: strata: reshape must keep the number of values
// also: layer_number<2>
// also: reshape<3, 3, 33>
// also: input_shape<288>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<32>, dense<288>, reshape<3, 3, 32>, upsample2d<2>> {};
#else
struct net : network<input<32>, dense<288>, reshape<3, 3, 33>, upsample2d<2>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
