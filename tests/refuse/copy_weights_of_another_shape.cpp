// Weights are copied between parts that have not the same parameters.
// says: strata: these two parts of networks have not the same parameters in the same order
// also: weights_of_another_shape<
// also: trained
// also: mine
#include "strata/core.hpp"

using namespace strata;

struct trained : network<input<9>, dense<20>, relu, mark<"code">, dense<9>> {};
struct mine : network<splice<until<trained, "code">>, mark<"code">, dense<4>> {};

int main() {
    const model<trained> from_here;
    model<mine> net;
#ifdef STRATA_CORRECTED
    copy_weights<until<mine, "code">, until<trained, "code">>(net, from_here);
#else
    copy_weights<mine, trained>(net, from_here);
#endif
}
