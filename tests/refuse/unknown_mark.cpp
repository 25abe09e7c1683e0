// The mark is misspelt.
// says: strata: this network has no mark of that name: see known_marks in this message
// also: unknown_mark
// also: "kode"
// also: known_marks<
// also: "code"
// also: "middle"
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>, mark<"code">, dense<5>, mark<"middle">, dense<9>> {};

#ifdef STRATA_CORRECTED
using encoder = until<net, "code">;
#else
using encoder = until<net, "kode">;
#endif

static_assert(encoder::layer_count > 0);

int main() {}
