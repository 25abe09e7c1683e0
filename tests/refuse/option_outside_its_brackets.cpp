// An option stands outside its layer's brackets.
// says: strata: this entry of the network is not a layer
// says: outside its layer's brackets
// also: layer_number<2>
// also: same
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, conv2d<32, 3, same>, relu> {};
#else
struct net : network<input<9, 9, 1>, conv2d<32, 3>, same, relu> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
