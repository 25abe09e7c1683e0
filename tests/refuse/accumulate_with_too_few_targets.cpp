// accumulate gets targets of one output, and the network has two.
// says: strata: this network has another number of outputs than targets are handed in
// also: outputs<2>
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

int main() {
    const model<net> weights;
    workspace<net, batch<8>> work;
    const std::vector<float> x(8 * 7), digit(8 * 5), style(8 * 3);
    const auto loss = at<"digit">(mse{}) + at<"style">(mse{});
#ifdef STRATA_CORRECTED
    accumulate(weights, work, loss, x, std::tie(digit, style));
#else
    accumulate(weights, work, loss, x, digit);
#endif
}
