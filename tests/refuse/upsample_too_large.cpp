// The pixels of an enlarged image wrap around to none.
// says: strata: this layer is too large: a sample and the weights of a network have at most 2^48 values each
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<4, 4, 1>, upsample2d<4>> {};
#else
struct net : network<input<4, 4, 1>, upsample2d<(std::size_t{1} << 40)>> {};
#endif

int main() { return static_cast<int>(net::layer_count); }
