// What a penalty is: a number that rows of values cost by themselves, without a target. l1, l2 and gaussian_kl are
// penalties.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/simd.hpp"
#include "strata/tensor/rows.hpp"

#include <concepts>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// A penalty returns what `count` values x cost, a sum over them, and, unless `gradient` is null, adds scale times its
/// slope by each value to the `count` floats there. Values are a sample's activations at a mark, in the order of its
/// shape, or some weights; among weights lie zeros that are none, so that 0 must cost nothing, if on_weights is to
/// take it. Scale is the term's weight, divided by the number of samples at a mark. A whole penalty of one's own:
///
///     struct fourth_powers {
///         template <class Arch>
///         float penalize(std::size_t count, const float* x, float* gradient, float scale) const {
///             double sum = 0;
///             for (std::size_t i = 0; i < count; ++i) {
///                 const float square = x[i] * x[i];
///                 sum += double(square) * double(square);
///                 if (gradient != nullptr) gradient[i] += scale * 4.0f * square * x[i];
///             }
///             return static_cast<float>(sum);
///         }
///     };
///
/// `Arch` is the instruction set, for kernels that are called with it.
template <class P>
concept penalty = requires(const P p, const float* x, float* gradient, float scale) {
    { p.template penalize<arch>(std::size_t{}, x, gradient, scale) } -> std::same_as<float>;
};

/// The mean over rows of a penalty: of codes that predict has returned, for instance.
template <class Arch = arch, penalty Penalty>
float mean_penalty(const Penalty& what, const rows_view& rows) {
    double sum = 0;
    for (std::size_t r = 0; r < rows.rows; ++r)
        sum += static_cast<double>(what.template penalize<Arch>(rows.width, rows[r].data(), nullptr, 0.0f));
    return rows.rows == 0 ? 0.0f : static_cast<float>(sum / static_cast<double>(rows.rows));
}

/// The same for rows that own a copy, as as_rows makes of some xtensors.
template <class Arch = arch, penalty Penalty, std::convertible_to<rows_view> Rows>
float mean_penalty(const Penalty& what, const Rows& rows) {
    const rows_view seen = rows;
    return mean_penalty<Arch>(what, seen);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
