// A penalty stands where no gradient of the loss arrives.
// says: strata: no layer before this mark learns from what comes after it
// also: penalty_before_anything_learns<net
// also: "held"
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<8>, mark<"held">, stop_gradient, dense<8>, mark<"late">, dense<4>> {};

#ifdef STRATA_CORRECTED
const auto term = at<"late">(l1{});
#else
const auto term = at<"held">(l1{});
#endif

int main() {
    model<net> weights;
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9), y(4);
    train_step(weights, work, opt, mse{} + 0.1f * term, x, y);
}
