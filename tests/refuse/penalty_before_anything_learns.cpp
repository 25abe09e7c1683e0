// A penalty stands at a mark with nothing but frozen layers before it.
// says: strata: no layer before this mark learns from what comes after it, so a penalty there has nothing to teach
// also: penalty_before_anything_learns<net
// also: "code"
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, frozen<dense<20>, relu>, mark<"code">, dense<8>, mark<"late">, dense<4>> {};

#ifdef STRATA_CORRECTED
const auto term = at<"late">(l1{});
#else
const auto term = at<"code">(l1{});
#endif

int main() {
    model<net> weights;
    workspace<net, batch<2>> work;
    optimizer opt{weights, sgd{}};
    const std::vector<float> x(9), y(4);
    train_step(weights, work, opt, mse{} + 0.1f * term, x, y);
}
