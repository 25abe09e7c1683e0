// A network without marks is cut at one.
// says: strata: this network has no mark of that name: see known_marks in this message
// also: unknown_mark
// also: "code"
// also: known_marks<>
#include "strata/core.hpp"

using namespace strata;

#ifdef STRATA_CORRECTED
struct net : network<input<9>, dense<4>, mark<"code">, dense<9>> {};
#else
struct net : network<input<9>, dense<4>, dense<9>> {};
#endif

using decoder = from<net, "code">;

static_assert(decoder::layer_count > 0);

int main() {}
