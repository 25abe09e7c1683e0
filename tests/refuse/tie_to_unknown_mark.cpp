// tied_dense names a mark that the network does not have.
// says: strata: tied_dense<Units, Mark> needs that mark right in front of an earlier dense layer
// also: nothing_to_tie_to<
// also: layer_number<4>
// also: "frist"
// also: known_marks<
// also: "first"
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"first">, dense<20>, relu, tied_dense<9, "first">> {};
#else
struct net : network<input<9>, mark<"first">, dense<20>, relu, tied_dense<9, "frist">> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
