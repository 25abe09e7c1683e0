// tied_dense names a mark whose layer does not fit: its matrix has other sizes.
// says: strata: tied_dense<Units, Mark> needs that mark right in front of an earlier dense layer
// also: nothing_to_tie_to<
// also: layer_number<6>
// also: tied_dense<9,
// also: known_marks<
// also: "second"
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"first">, dense<20>, mark<"second">, dense<4>, dense<20>,
                     tied_dense<9, "first">> {};
#else
struct net : network<input<9>, mark<"first">, dense<20>, mark<"second">, dense<4>, dense<20>,
                     tied_dense<9, "second">> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
