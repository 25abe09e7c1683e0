// A branch ends without a join.
// says: strata: no entry reads what this one gives
// also: nobody_reads_this<
// also: layer_number<3>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"trunk">, dense<4>, mark<"a">, resume<"trunk">, dense<4>, add<"a">> {};
#else
struct net : network<input<9>, mark<"trunk">, dense<4>, mark<"a">, resume<"trunk">, dense<4>> {};
#endif

int main() {}
