// What most losses are: a mean over samples of what rows lose, and in the same pass its gradient, where one is wanted.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/loss.hpp"
#include "strata/losses/loss.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// The mean over samples of what rows lose, and its gradient in `out`, unless that has no data. The loss has
///
///     template <class Arch> auto row_loss(const rows_of<Arch>& y) const;
///
/// which returns a function (count, y, target, gradient, scale) of a row: what the row loses, in double. Unless the
/// gradient is null, it stores scale times the derivatives there. The mean goes over all values, or over as many means
/// a sample as the loss says:
///
///     template <class Arch> std::size_t means(const rows_of<Arch>& y) const;
template <class Arch, class Loss>
real_of<Arch> mean_loss(const Loss& loss, const rows_of<Arch>& y, const rows_of<Arch>& target,
                        std::size_t samples, const padded_rows<real_of<Arch>>& out = {}) {
    std::size_t parts = samples;
    if constexpr (requires { loss.template means<Arch>(y); })
        parts *= loss.template means<Arch>(y);
    else
        parts *= y.width;
    const auto row_loss = loss.template row_loss<Arch>(y);
    const double scale = 1.0 / static_cast<double>(parts);
    double sum = 0;
    for (std::size_t r = 0; r < y.rows; ++r)
        sum += static_cast<double>(row_loss(y.width, y[r].data(), target[r].data(),
                                            out.data != nullptr ? out[r] : nullptr,
                                            static_cast<real_of<Arch>>(scale)));
    return static_cast<real_of<Arch>>(sum * scale);
}

/// Value and gradient (see loss.hpp) of a loss without options that inherits this. (One with options would have them
/// behind a base class, about which compilers warn.)
template <class Loss>
struct mean_of_rows {
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mean_loss<Arch>(static_cast<const Loss&>(*this), y, target, samples);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return mean_loss<Arch>(static_cast<const Loss&>(*this), y, target, samples, out);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
