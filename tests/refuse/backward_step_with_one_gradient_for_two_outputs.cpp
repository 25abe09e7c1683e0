// backward_step gets the gradient of one output, and the network has two.
// says: strata: this network has another number of outputs than gradients are handed in
// also: outputs<2>
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 7), digit(8 * 5), style(8 * 3);
    forward(weights, work, x);
#ifdef STRATA_CORRECTED
    backward_step(weights, work, opt, std::tie(digit, style));
#else
    backward_step(weights, work, opt, digit);
#endif
}
