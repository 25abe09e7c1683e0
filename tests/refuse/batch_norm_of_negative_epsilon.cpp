// A normalization with an epsilon below 0.
// says: strata: the number in this layer's brackets is out of range
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, batch_norm<0.1, 1e-3>, dense<1>> {};
#else
struct net : network<input<9>, batch_norm<0.1, -1>, dense<1>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
