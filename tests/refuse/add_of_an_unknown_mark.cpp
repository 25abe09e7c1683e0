// The mark is misspelt.
// says: strata: this entry names a mark that this network does not have: see known_marks in this message
// also: unknown_operand<
// also: layer_number<4>
// also: known_marks<
// also: "skip"
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, mark<"skip">, dense<9>, relu, add<"skip">> {};
#else
struct net : network<input<9>, mark<"skip">, dense<9>, relu, add<"skp">> {};
#endif

int main() {}
