// No layer is too large, but all are together.
// says: strata: this layer is too large: a sample and the weights of a network have at most 2^48 values each
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>, dense<4>, dense<3>> {};
#else
struct net : network<input<1048576>, dense<(std::size_t{1} << 27)>, dense<(std::size_t{1} << 26)>, dense<3>> {
};
#endif

int main() { return static_cast<int>(net::layer_count); }
