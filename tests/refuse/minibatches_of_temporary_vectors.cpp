// minibatches gets what a function returns, which is gone before the batches are read.
// says: strata: these values are a temporary and gone before the batches are read: give them a name first
#include "strata/core.hpp"

using namespace strata;

struct net : network<input<9>, dense<4>> {};

std::vector<float> load(std::size_t width) { return std::vector<float>(8 * width); }

int main() {
#ifdef STRATA_CORRECTED
    const auto x = load(9);
    const auto y = load(4);
    const auto batches = minibatches<2>(as_rows(x, net::input), as_rows(y, net::output), seed{1});
#else
    const auto batches = minibatches<2>(load(9), load(4), seed{1});
#endif
    return static_cast<int>(batches.size());
}
