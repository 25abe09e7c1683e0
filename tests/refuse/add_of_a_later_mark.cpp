// The mark comes after the join.
// says: strata: this entry names a mark that comes after it
// also: operand_comes_later<
// also: layer_number<3>
// also: "late"
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<9>, mark<"late">, relu, add<"late">> {};
#else
struct net : network<input<9>, dense<9>, relu, add<"late">, mark<"late">> {};
#endif

int main() {}
