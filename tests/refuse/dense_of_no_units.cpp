// A dense layer has no units.
// says: strata: this layer would have no output
// also: layer_number<1>
// also: dense<0>
// also: input_shape<9>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<1>, relu> {};
#else
struct net : network<input<9>, dense<0>, relu> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
