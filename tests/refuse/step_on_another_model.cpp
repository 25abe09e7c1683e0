// An optimizer is told to step on the model of another network.
// says: strata: this optimizer was made for the model of another network
// also: other
// also: mine
#include "strata/core.hpp"

using namespace strata;

struct mine : network<input<9>, dense<4>, relu, dense<9>> {};
struct other : network<input<9>, dense<4>> {};

int main() {
    model<mine> net;
    model<other> small;
    workspace<mine, batch<2>> work;
    optimizer opt{net, sgd{}};
#ifdef STRATA_CORRECTED
    opt.step(net, work);
#else
    opt.step(small, work);
#endif
}
