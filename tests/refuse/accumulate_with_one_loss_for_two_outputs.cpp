// accumulate gets one loss, and the network has two outputs.
// says: strata: this network has several outputs, and the loss does not say which it is for
// also: losses_without_names<
// also: "digit"
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
#ifdef STRATA_CORRECTED
    accumulate(weights, work, at<"digit">(mse{}) + at<"style">(mse{}), x, std::tie(digit, style));
#else
    accumulate(weights, work, mse{}, x, std::tie(digit, style));
#endif
}
