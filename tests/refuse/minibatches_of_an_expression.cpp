// minibatches gets an expression, which has no memory.
// says: strata: this expression has no memory in which rows could be seen: evaluate it into a tensor with a name first
#include "strata/strata.hpp"

using namespace strata;

int main() {
    const xt::xtensor<float, 2> a{{8, 9}};
#ifdef STRATA_CORRECTED
    const xt::xtensor<float, 2> rows = a + a;
    const auto batches = minibatches<2>(rows, a);
#else
    const auto batches = minibatches<2>(a + a, a);
#endif
    return static_cast<int>(batches.size());
}
