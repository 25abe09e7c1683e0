// predict runs a slice of a network whose weights it has not.
// says: strata: this is not a slice of the network whose model was given
// also: not_a_part_of_this_network
// also: other
// also: mine
#include "strata/core.hpp"

using namespace strata;

struct mine : network<input<9>, dense<4>, mark<"code">, dense<9>> {};
struct other : network<input<9>, dense<4>, mark<"code">, dense<9>> {};

#ifdef STRATA_CORRECTED
using encoder = until<mine, "code">;
#else
using encoder = until<other, "code">;
#endif

int main() {
    const model<mine> net;
    const std::vector<float> x(9);
    return static_cast<int>(predict<encoder>(net, x).size());
}
