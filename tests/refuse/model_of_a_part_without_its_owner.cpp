// A part that shares weights of what lies before it has no model of its own.
// says: strata: a layer of this slice is tied to weights outside of it
// also: weights_tied_outside<
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, scope<"left", dense<9>>, mark<"a">, shared<"left", dense<9>>> {};

#ifdef STRATA_CORRECTED
int main() { model<net> weights; }
#else
int main() { model<from<net, "a">> weights; }
#endif
