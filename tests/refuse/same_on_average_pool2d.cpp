// average_pool2d gets an option that it does not have.
// says: strata: this layer does not take one of the options in its brackets: average_pool2d takes only
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, average_pool2d<2, padding<1>>> {};
#else
struct net : network<input<9, 9, 1>, average_pool2d<2, same>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
