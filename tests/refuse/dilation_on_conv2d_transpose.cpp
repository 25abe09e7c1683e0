// conv2d_transpose gets an option that it does not have.
// says: strata: this layer does not take one of the options in its brackets: conv2d_transpose takes
// also: layer_number<1>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9, 9, 1>, conv2d_transpose<4, 3, same>> {};
#else
struct net : network<input<9, 9, 1>, conv2d_transpose<4, 3, dilation<2>>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
