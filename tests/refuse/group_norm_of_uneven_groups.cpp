// Twelve channels in groups that do not divide them.
// says: strata: this layer's groups do not divide its channels
// also: layer_number<2>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<8, 8, 3>, conv2d<12, 3>, group_norm<4>, flatten, dense<1>> {};
#else
struct net : network<input<8, 8, 3>, conv2d<12, 3>, group_norm<5>, flatten, dense<1>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
