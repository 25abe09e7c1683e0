// The weights of a convolution wrap around to none.
// says: strata: this layer is too large: a sample and the weights of a network have at most 2^48 values each
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<4, 4, 2>, conv2d<2, 3, same>> {};
#else
struct net : network<input<4, 4, 2>, conv2d<(std::size_t{1} << 60), 16, same>> {};
#endif

int main() { return static_cast<int>(net::layer_count); }
