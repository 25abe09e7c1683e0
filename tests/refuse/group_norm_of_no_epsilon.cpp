// A group normalization that divides by 0 for equal values.
// says: strata: the number in this layer's brackets is out of range
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, group_norm<3, 1e-6>, dense<1>> {};
#else
struct net : network<input<9>, group_norm<3, 0>, dense<1>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
