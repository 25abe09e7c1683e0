// A loss without a name stands behind one with a name, and terms.
// says: strata: a loss for one output of several says for which
// also: loss_without_a_name<
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
#ifdef STRATA_CORRECTED
    train_step(weights, work, opt, at<"digit">(mse{}) + at<"style">(mse{}), x, std::tie(digit, style));
#else
    train_step(weights, work, opt, at<"style">(mse{}) + on_weights(l2{}) + mse{}, x, std::tie(digit, style));
#endif
}
