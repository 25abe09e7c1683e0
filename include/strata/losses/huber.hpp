// Huber's loss: squared error for small differences, absolute for large ones.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/losses/mean.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>

namespace strata::inline STRATA_TARGET {

/// The mean over all samples and values of d^2 / 2 for |d| <= delta, and of delta (|d| - delta / 2) beyond,
/// d = y - target. Huber, 1964; formula and default of PyTorch and Keras.
struct huber {
    float delta = 1.0f; ///< above 0

    /// See loss.hpp. Throws std::invalid_argument if delta is not above 0.
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mean_loss<Arch>(*this, y, target, samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return mean_loss<Arch>(*this, y, target, samples, out);
    }
    template <class Arch>
    auto row_loss(const rows_of<Arch>&) const {
        if (kernels::is_nan<Arch>(delta) || delta <= 0.0f)
            detail::raise<std::invalid_argument>({"huber's delta is ", delta, ": it must be above 0"});
        return
            [bend = real_of<Arch>{delta}](std::size_t count, const real_of<Arch>* y, const real_of<Arch>* t,
                                          real_of<Arch>* gradient, real_of<Arch> scale) {
                return kernels::huber_error<Arch>(count, y, t, gradient, scale, bend);
            };
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
