// No entry comes behind the last input.
// says: strata: no entry computes with this input, so it would come out as it went in
// also: nobody_reads_this_input<
// also: layer_number<2>
// also: input<4>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>, mark<"code">, input<4>, add<"code">> {};
#else
struct net : network<input<9>, dense<4>, input<4>> {};
#endif

static_assert(net::layer_count > 0);

int main() {}
