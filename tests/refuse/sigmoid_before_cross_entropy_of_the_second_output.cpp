// The second of two outputs ends in a sigmoid, and its loss takes logits.
// says: strata: this loss takes logits and applies the softmax or the sigmoid itself
// also: layer_number<7>
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     sigmoid, mark<"style">> {};

int main() {
    model<net> weights;
    workspace<net, batch<8>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(8 * 7), digit(8 * 5), style(8 * 3);
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, at<"digit">(mse{}) + at<"style">(bce{}), x, std::tie(digit, style));
#else
    train_step(weights, work, opt, at<"digit">(mse{}) + at<"style">(bce_with_logits{}), x,
               std::tie(digit, style));
#endif
}
