// minibatches are to have no rows.
// says: strata: minibatches<Size> needs a Size of at least 1
#include "strata/core.hpp"

using namespace strata;

int main() {
    const std::vector<float> values(8);
    const rows_view rows = as_rows(values, shape<2>);
#ifdef STRATA_CORRECTED
    const minibatch_range batches = minibatches<2>(rows, rows);
#else
    const minibatch_range batches = minibatches<0>(rows, rows);
#endif
    return batches.size() == 2 ? 0 : 1;
}
