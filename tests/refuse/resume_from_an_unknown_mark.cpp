// The mark is misspelt.
// says: strata: this entry names a mark that this network does not have
// also: unknown_operand<
// also: layer_number<4>
// also: resume<
// also: "trunk"
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"trunk">, dense<4>, mark<"a">, resume<"trunk">, dense<4>, add<"a">> {};
#else
struct net : network<input<9>, mark<"trunk">, dense<4>, mark<"a">, resume<"trnk">, dense<4>, add<"a">> {};
#endif

int main() {}
