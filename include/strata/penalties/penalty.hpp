// What a penalty is: a number that rows of values cost by themselves, without a target. l1, l2 and gaussian_kl are
// penalties.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"
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
///         real_of<Arch> penalize(std::size_t count, const real_of<Arch>* x, real_of<Arch>* gradient,
///                                real_of<Arch> scale) const {
///             double sum = 0;
///             for (std::size_t i = 0; i < count; ++i) {
///                 const auto square = x[i] * x[i];
///                 sum += double(square) * double(square);
///                 if (gradient != nullptr) gradient[i] += scale * 4 * square * x[i];
///             }
///             return static_cast<real_of<Arch>>(sum);
///         }
///     };
///
/// `Arch` is the machine (meta/machine.hpp): its number type is float unless the model computes in double.
template <class P>
concept penalty = requires(const P p, const float* x, float* gradient, float scale) {
    { p.template penalize<arch>(std::size_t{}, x, gradient, scale) } -> std::same_as<float>;
};

namespace detail {

template <class Arch, class Penalty>
real_of<Arch> mean_penalty_of(const Penalty& what, const rows_of<Arch>& rows) {
    double sum = 0;
    for (std::size_t r = 0; r < rows.rows; ++r)
        sum += static_cast<double>(
            what.template penalize<Arch>(rows.width, rows[r].data(), nullptr, real_of<Arch>(0)));
    return rows.rows == 0 ? 0 : static_cast<real_of<Arch>>(sum / static_cast<double>(rows.rows));
}

} // namespace detail

/// The mean over rows of a penalty: of codes that predict has returned, for instance.
template <class Arch = arch, penalty Penalty>
float mean_penalty(const Penalty& what, const rows_view& rows) {
    return detail::mean_penalty_of<Arch>(what, rows);
}
template <class Arch = arch, penalty Penalty>
double mean_penalty(const Penalty& what, const basic_rows_view<double>& rows) {
    return detail::mean_penalty_of<machine_of<Arch, double>>(what, rows);
}

/// The same for rows that own a copy, as as_rows makes of some xtensors.
template <class Arch = arch, penalty Penalty, class Rows>
requires requires { typename Rows::real; }
auto mean_penalty(const Penalty& what, const Rows& rows) {
    return mean_penalty<Arch>(what, static_cast<basic_rows_view<typename Rows::real>>(rows));
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
