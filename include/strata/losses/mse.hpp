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
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mean_loss(y, target, samples * y.width, kernels::squared_error<Arch>);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return mean_loss(y, target, samples * y.width, kernels::squared_error<Arch>, out);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
