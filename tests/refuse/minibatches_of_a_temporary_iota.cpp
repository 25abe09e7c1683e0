// minibatches gets class indices that are computed by a view, which is gone before the batches are read.
// says: strata: these class indices are a temporary and gone before the batches are read: give them a name first
#include "strata/core.hpp"

#include <ranges>

using namespace strata;

struct net : network<input<9>, dense<8>> {};

int main() {
    const float_rows x{8, net::input};
#ifdef STRATA_CORRECTED
    const auto labels = std::views::iota(0, 8);
    return static_cast<int>(minibatches<2>(x, labels).size());
#else
    return static_cast<int>(minibatches<2>(x, std::views::iota(0, 8)).size());
#endif
}
