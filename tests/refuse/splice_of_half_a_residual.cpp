// A slice that begins within a residual is spliced into another network.
// says: strata: this layer of the slice reads a value from before it
// also: slice_cuts_through<
// also: layer_number<3>
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, residual<dense<9>, mark<"within">>, mark<"end">, dense<2>> {};

#ifdef STRATA_CORRECTED
struct other : network<input<9>, splice<until<net, "within">>> {};
#else
struct other : network<input<9>, splice<between<net, "within", "end">>> {};
#endif

int main() {}
