// one_hot gets class indices in floats.
// says: strata: one_hot takes class indices, a range of integers that count from 0: std::vector<int> labels
#include "strata/core.hpp"

using namespace strata;

int main() {
#ifdef STRATA_CORRECTED
    const std::vector<int> labels{1, 0};
#else
    const std::vector<float> labels{1, 0};
#endif
    return static_cast<int>(one_hot(labels, 2).rows());
}
