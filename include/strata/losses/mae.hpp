// Mean absolute error.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/mean.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// The mean over all samples and values of |y - target|. Its slope where they are equal is 0.
struct mae {
    /// See loss.hpp.
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mean_loss(y, target, samples * y.width, kernels::absolute_error<Arch>);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return mean_loss(y, target, samples * y.width, kernels::absolute_error<Arch>, out);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
