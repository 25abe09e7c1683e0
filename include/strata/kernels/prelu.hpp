// What prelu is made of: a slope below 0 for every column, and the gradients. A sample is a number of groups (pixels) of
// `width` values each.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/normalize.hpp"

#include <array>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// y = x, or below 0 slope * x, column by column; y may be x.
template <class Arch>
STRATA_NOINLINE void rectify_columns(std::size_t groups, std::size_t width, const real_of<Arch>* x,
                                     const real_of<Arch>* slopes, real_of<Arch>* y) {
    detail::transform_columns<Arch>(
        groups, width, y,
        [](const auto& value, const auto& slope) {
            return select(value < vec<Arch>(0.0f), value * slope, value);
        },
        std::array{slopes}, x);
}

/// x_gradient = y_gradient, or where x is not above 0 slope * y_gradient; x_gradient may be y_gradient.
template <class Arch>
STRATA_NOINLINE void rectify_columns_gradient(std::size_t groups, std::size_t width, const real_of<Arch>* x,
                                              const real_of<Arch>* slopes, const real_of<Arch>* y_gradient,
                                              real_of<Arch>* x_gradient) {
    detail::transform_columns<Arch>(
        groups, width, x_gradient,
        [](const auto& value, const auto& gradient, const auto& slope) {
            return select(value > vec<Arch>(0.0f), gradient, gradient * slope);
        },
        std::array{slopes}, x, y_gradient);
}

namespace detail {

/// A gradient times x, where that is below 0.
template <class Real>
struct gradients_below_zero {
    const Real* gradient;
    const Real* x;

    template <std::size_t Lanes>
    [[gnu::always_inline]] column_terms<Lanes, 1> one(std::size_t at, std::size_t, const double*) const {
        const doubles<Lanes> zero{};
        const doubles<Lanes> value = load_doubles<Lanes>(x + at);
        return {{value > zero ? zero : value * load_doubles<Lanes>(gradient + at)}};
    }
};

} // namespace detail

/// slope_gradient += the sum over all rows of y_gradient * x where x is below 0, column by column. x lies like
/// y_gradient.
template <class Arch>
STRATA_NOINLINE void add_slope_gradients(const row_blocks& where, std::size_t width, const real_of<Arch>* x,
                                         const real_of<Arch>* y_gradient, real_of<Arch>* slope_gradient) {
    detail::reduce_columns<Arch, 1, true>(
        where, width, no_means{}, detail::gradients_below_zero<real_of<Arch>>{y_gradient, x},
        [&](std::size_t c, const std::array<double, 1>& sum) {
            slope_gradient[c] = static_cast<real_of<Arch>>(static_cast<double>(slope_gradient[c]) + sum[0]);
        });
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
