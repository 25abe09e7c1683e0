// minibatches gets a tuple that owns class indices and is gone before they are read.
// says: strata: these class indices are a temporary and gone before the batches are read
#include "strata/core.hpp"

#include <tuple>
#include <vector>

using namespace strata;

struct net : network<input<7>, dense<6>, mark<"trunk">, dense<5>, mark<"digit">, resume<"trunk">, dense<3>,
                     mark<"style">> {};

int main() {
    const float_rows x{8, net::input}, style{8, net::outputs[1]};
    const std::vector<int> digit(8);
#ifdef STRATA_CORRECTED
    return static_cast<int>(minibatches<2>(x, std::tie(digit, style), seed{1}).size());
#else
    return static_cast<int>(
        minibatches<2>(x, std::tuple{digit, as_rows(style, net::outputs[1])}, seed{1}).size());
#endif
}
