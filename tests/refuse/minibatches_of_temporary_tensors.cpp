// minibatches gets a tensor that is gone before the batches are read.
// says: strata: this xtensor is a temporary and gone before its rows are read: give it a name first
#include "strata/strata.hpp"

using namespace strata;

int main() {
    const xt::xtensor<float, 2> a{{8, 9}};
    const xt::xtensor<float, 2> b{{8, 4}};
#ifdef STRATA_CORRECTED
    const xt::xtensor<float, 2> sum = a + a;
    const auto batches = minibatches<2>(sum, b);
#else
    const auto batches = minibatches<2>(xt::xtensor<float, 2>{a + a}, b, seed{1});
#endif
    return static_cast<int>(batches.size());
}
