// forward gets the workspace of another network.
// says: strata: this is not a slice of the network whose model was given
// also: not_a_part_of_this_network
// also: other
// also: mine
#include "strata/core.hpp"

using namespace strata;

struct mine : network<input<9>, dense<4>, mark<"code">, dense<9>> {};
struct other : network<input<9>, dense<4>, mark<"code">, dense<9>> {};

int main() {
    const model<mine> net;
#ifdef STRATA_CORRECTED
    workspace<mine, batch<2>> work;
#else
    workspace<other, batch<2>> work;
#endif
    const std::vector<float> x(9);
    return static_cast<int>(forward(net, work, x).rows);
}
