// A penalty stands at a mark that the network does not have.
// says: strata: this network has no mark of that name: see known_marks in this message
// also: unknown_mark<
// also: "kode"
// also: known_marks<
// also: "code"
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<20>, relu, mark<"code">, dense<4>> {};

#ifdef STRATA_CORRECTED
const auto term = at<"code">(l1{});
#else
const auto term = at<"kode">(l1{});
#endif

int main() {
    model<net> weights;
    workspace<net, batch<2>> work;
    const std::vector<float> x(9), y(4);
    accumulate(weights, work, mse{} + 0.1f * term + on_weights(l2{}), x, y);
}
