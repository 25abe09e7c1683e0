// Two losses are at one output.
// says: strata: two losses are named for one output, which has one target
// also: two_losses_at_one_output<
// also: "style"
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
    train_step(weights, work, opt, at<"digit">(mse{}) + at<"style">(mse{}) + at<"style">(mae{}), x,
               std::tie(digit, style));
#endif
}
