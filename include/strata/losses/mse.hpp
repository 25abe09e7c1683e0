// Mean squared error.
#pragma once

#include "strata/kernels/reduce.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>

namespace strata {

/// The mean over all samples and values of (y - target)^2.
struct mse {
    /// Returns the loss and turns the target into the gradient of the loss by y.
    template <class Arch>
    float differentiate(const block<const float>& y, const block<float>& target) const {
        const float count = static_cast<float>(y.rows * y.width);
        double sum = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            sum += static_cast<double>(
                kernels::squared_difference<Arch>(y.width, y[r], target[r], 2.0f / count));
        return static_cast<float>(sum / static_cast<double>(count));
    }
};

} // namespace strata
