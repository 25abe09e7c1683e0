// No entry reads the first input.
// says: strata: no entry computes with this input, so it would come out as it went in
// also: nobody_reads_this_input<
// also: input<9>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"noise">, input<4>, concat<"noise">, dense<9>> {};
#else
struct net : network<input<9>, mark<"noise">, input<4>, dense<9>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
