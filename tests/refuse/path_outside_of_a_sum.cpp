// A path stands by itself.
// says: strata: this entry of the network is not a layer
// also: not_a_layer<
// also: layer_number<1>
// also: path<
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, sum_of<path<dense<9>>, path<>>> {};
#else
struct net : network<input<9>, path<dense<9>>> {};
#endif

int main() {}
