// predict gets one span, and the network has two outputs.
// says: strata: predict writes one output to a span of the model
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

int main() {
    const model<net> weights;
    workspace<net, batch<8>, inference> work;
    const std::vector<float> x(8 * 7);
    std::vector<float> digit(8 * 5), style(8 * 3);
#ifdef STRATA_CORRECTED
    predict(weights, work, x, {digit, style});
#else
    predict(weights, work, x, digit);
#endif
}
