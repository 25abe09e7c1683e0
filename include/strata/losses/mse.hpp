// Mean squared error.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/mean.hpp"

namespace strata {

/// The mean over all samples and values of (y - target)^2.
struct mse {
    /// Returns the loss and turns the target into the gradient of the loss by y.
    template <class Arch>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        return mean_loss(y, target, y.rows * y.width, kernels::squared_error<Arch>);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
