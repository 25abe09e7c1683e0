// What a loss is: how far a network's outputs are from targets. mse, mae, huber, bce, bce_with_logits and cross_entropy
// are losses.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"
#include "strata/tensor/rows.hpp"

#include <concepts>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// A loss has a value, and a gradient by the outputs. Both are given outputs y and targets, one row a sample, of the
/// same shape (y.sample, where it is known; y.width values), and the number of samples that the mean goes over: these
/// may be a part of a batch, so divide by `samples`, not by y.rows. gradient writes its rows to `out`, which may be the
/// targets' own memory, and returns the value too, so that training goes over the data once; value writes nothing. A
/// whole loss of one's own:
///
///     struct half_squared_error { // summed over a sample's values, mean over samples
///         template <class Arch>
///         real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
///             double sum = 0;
///             for (std::size_t r = 0; r < y.rows; ++r)
///                 for (std::size_t i = 0; i < y.width; ++i) sum += 0.5 * std::pow(y[r][i] - target[r][i], 2);
///             return static_cast<real_of<Arch>>(sum / double(samples));
///         }
///         template <class Arch>
///         real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
///                                const padded_rows<real_of<Arch>>& out) const {
///             const real_of<Arch> loss = value<Arch>(y, target, samples); // before out overwrites the targets
///             for (std::size_t r = 0; r < y.rows; ++r)
///                 for (std::size_t i = 0; i < y.width; ++i)
///                     out[r][i] = (y[r][i] - target[r][i]) / real_of<Arch>(samples);
///             return loss;
///         }
///     };
///
/// `Arch` is the machine (meta/machine.hpp): real_of<Arch> is the number type, float unless the model computes in double,
/// and kernels are called with it. A loss for float alone may say float and rows_view. A loss
/// may say which outputs it expects (see expected_output.hpp) and which targets it takes (see targets.hpp).
template <class L>
concept loss = requires(const L what, const rows_view& y, const rows_view& target, std::size_t samples,
                        const padded_rows<float>& out) {
    { what.template value<arch>(y, target, samples) } -> std::same_as<float>;
    { what.template gradient<arch>(y, target, samples, out) } -> std::same_as<float>;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
