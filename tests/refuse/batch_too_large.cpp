// The memory of a workspace would be more than a size can say.
// says: strata: a workspace of this network for a batch of so many samples is too large: its memory has at most 2^48 floats
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<64>, dense<4>> {};

int main() {
#ifdef STRATA_CORRECTED
    workspace<net, batch<58>> work;
#else
    workspace<net, batch<(std::size_t{1} << 58)>> work;
#endif
    return static_cast<int>(work.rows());
}
