// What losses share: a mean over rows and values, and in the same pass its gradient, where one is wanted.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/loss.hpp"
#include "strata/losses/loss.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Calls row_loss(count, y, target, gradient, scale) for every row and returns the sum of what it returns, times scale,
/// which is 1 / parts. Without rows for the gradient, that is null.
template <class Real, class RowLoss>
Real mean_loss(const basic_rows_view<Real>& y, const basic_rows_view<Real>& target, std::size_t parts,
               RowLoss&& row_loss, const padded_rows<Real>& out = {}) {
    const double scale = 1.0 / static_cast<double>(parts);
    double sum = 0;
    for (std::size_t r = 0; r < y.rows; ++r)
        sum +=
            static_cast<double>(row_loss(y.width, y[r].data(), target[r].data(),
                                         out.data != nullptr ? out[r] : nullptr, static_cast<Real>(scale)));
    return static_cast<Real>(sum * scale);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
