// Mean squared error.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/mean.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// The mean over all samples and values of (y - target)^2.
struct mse {
    /// See loss.hpp.
    template <class Arch>
    float value(const rows_view& y, const rows_view& target, std::size_t samples) const {
        return mean_loss(y, target, samples * y.width, kernels::squared_error<Arch>);
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        return mean_loss(y, target, samples * y.width, kernels::squared_error<Arch>, out);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
