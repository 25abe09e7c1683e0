// The padded weights of a dense layer wrap around to none.
// says: strata: this layer is too large: a sample and the weights of a network have at most 2^48 values each
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>> {};
#else
struct net : network<input<9>, dense<static_cast<std::size_t>(-1) - 3>> {};
#endif

int main() { return static_cast<int>(net::layer_count); }
