// The values of a sample wrap around to none.
// says: strata: this input is too large: the product of its extents is at most 2^48 values
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<6, 5, 5, 6>, flatten, dense<4>> {};
#else
struct net : network<input<65536, 65536, 65536, 65536>, flatten, dense<4>> {};
#endif

int main() { return static_cast<int>(net::layer_count); }
