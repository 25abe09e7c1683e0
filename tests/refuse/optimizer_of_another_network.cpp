// train_step gets the optimizer of another network.
// says: strata: this is not an optimizer of the network whose model was given
// also: optimizer<other
#include "strata/core.hpp"

using namespace strata;

struct mine : network<input<9>, dense<4>, mark<"code">, dense<9>> {};
struct other : network<input<9>, dense<4>, mark<"code">, dense<9>> {};

int main() {
    model<mine> net;
    model<other> second;
    workspace<mine, batch<2>> work;
#ifdef STRATA_CORRECTED
    optimizer opt{net, sgd{}};
#else
    optimizer opt{second, sgd{}};
#endif
    const std::vector<float> x(9);
    train_step(net, work, opt, mse{}, x, x);
}
