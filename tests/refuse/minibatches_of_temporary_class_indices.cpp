// minibatches gets class indices that are gone before the batches are read.
// says: strata: these class indices are a temporary and gone before the batches are read: give them a name first
#include "strata/core.hpp"

#include <vector>

using namespace strata;

struct net : network<input<9>, dense<4>> {};

int main() {
    const std::vector<float> x(8 * 9);
    const rows_view rows = as_rows(x, net::input);
#ifdef STRATA_CORRECTED
    const std::vector<int> labels(8);
    const auto batches = minibatches<4>(rows, labels);
#else
    const auto batches = minibatches<4>(rows, std::vector<int>(8));
#endif
    return static_cast<int>(batches.size());
}
