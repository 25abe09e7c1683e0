// A running mean that moves past the batch's.
// says: strata: the number in this layer's brackets is out of range
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, batch_norm<1>, dense<1>> {};
#else
struct net : network<input<9>, batch_norm<1.5>, dense<1>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
