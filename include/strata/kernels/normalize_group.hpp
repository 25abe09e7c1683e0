// What layer_norm is made of: the moments of one group of values, what it becomes, and the gradients.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/normalize.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// Mean (as two floats, mean + rest) and 1 / standard deviation of one group.
template <class Arch>
struct group_moments {
    real_of<Arch> mean;
    real_of<Arch> rest;
    real_of<Arch> inverse_deviation;
};

/// Numbers of the machine that they are.
inline constexpr std::size_t numbers_of_moments = 3;

/// The moments of `width` values; the mean of equal values is that value.
template <class Arch>
STRATA_NOINLINE group_moments<Arch> moments_of(std::size_t width, const real_of<Arch>* x,
                                               real_of<Arch> epsilon) {
    const auto n = static_cast<double>(width);
    const double mean =
        sum_in_double<Arch>(width,
                            [&]<std::size_t Lanes>(std::size_t i)
                                __attribute__((always_inline)) { return load_doubles<Lanes>(x + i); }) /
        n;
    const double square =
        sum_in_double<Arch>(width, [&]<std::size_t Lanes>(std::size_t i) __attribute__((always_inline)) {
            const doubles<Lanes> away = load_doubles<Lanes>(x + i) - mean;
            return away * away;
        });
    group_moments<Arch> m;
    split<Arch>(mean, m.mean, m.rest);
    m.inverse_deviation =
        static_cast<real_of<Arch>>(1.0 / std::sqrt(square / n + static_cast<double>(epsilon)));
    return m;
}

/// y = (x - mean) / deviation * weight + bias; y may be x.
template <class Arch>
STRATA_NOINLINE void normalize_group(std::size_t width, const real_of<Arch>* x, const group_moments<Arch>& m,
                                     const real_of<Arch>* weight, const real_of<Arch>* bias,
                                     real_of<Arch>* y) {
    const vec<Arch> mean(m.mean);
    const vec<Arch> rest(m.rest);
    const vec<Arch> inverse(m.inverse_deviation);
    transform<Arch>(
        width, y,
        [&](const auto& value, const auto& f, const auto& s) {
            return multiply_add<Arch>(((value - mean) - rest) * inverse, f, s);
        },
        x, weight, bias);
}

/// The gradient of normalize_group by x, the moments' dependence on x included; x_gradient may be y_gradient.
template <class Arch>
STRATA_NOINLINE void normalize_group_gradient(std::size_t width, const real_of<Arch>* x,
                                              const group_moments<Arch>& m, const real_of<Arch>* weight,
                                              const real_of<Arch>* y_gradient, real_of<Arch>* x_gradient) {
    const double middle = static_cast<double>(m.mean) + static_cast<double>(m.rest);
    const auto n = static_cast<double>(width);
    const double slopes =
        sum_in_double<Arch>(width, [&]<std::size_t Lanes>(std::size_t i) __attribute__((always_inline)) {
            return load_doubles<Lanes>(y_gradient + i) * load_doubles<Lanes>(weight + i);
        });
    const double products =
        sum_in_double<Arch>(width, [&]<std::size_t Lanes>(std::size_t i) __attribute__((always_inline)) {
            return load_doubles<Lanes>(y_gradient + i) * load_doubles<Lanes>(weight + i) *
                   (load_doubles<Lanes>(x + i) - middle);
        });
    const vec<Arch> mean(m.mean);
    const vec<Arch> rest(m.rest);
    const vec<Arch> inverse(m.inverse_deviation);
    const vec<Arch> mean_slope(static_cast<real_of<Arch>>(slopes / n));
    const vec<Arch> mean_product(
        static_cast<real_of<Arch>>(products * static_cast<double>(m.inverse_deviation) / n));
    transform<Arch>(
        width, x_gradient,
        [&](const auto& g, const auto& f, const auto& value) {
            return inverse * (g * f - mean_slope - ((value - mean) - rest) * inverse * mean_product);
        },
        y_gradient, weight, x);
}

namespace detail {

/// A gradient, and gradient * (x - mean) / deviation of its group, whose moments are at its row.
template <class Arch>
struct group_gradients {
    const real_of<Arch>* gradient;
    const real_of<Arch>* x;
    const group_moments<Arch>* moments;

    template <std::size_t Lanes>
    [[gnu::always_inline]] column_terms<Lanes, 2> one(std::size_t at, std::size_t row, const double*) const {
        const group_moments<Arch>& m = moments[row];
        const double mean = static_cast<double>(m.mean) + static_cast<double>(m.rest);
        const doubles<Lanes> slope = load_doubles<Lanes>(gradient + at);
        return {{slope,
                 slope * ((load_doubles<Lanes>(x + at) - mean) * static_cast<double>(m.inverse_deviation))}};
    }
};

} // namespace detail

/// weight_gradient += the sum over all groups of y_gradient * (x - mean) / deviation, bias_gradient += that
/// of y_gradient. x lies like y_gradient; `moments` has those of every group.
template <class Arch>
STRATA_NOINLINE void add_group_gradients(const row_blocks& where, std::size_t width, const real_of<Arch>* x,
                                         const group_moments<Arch>* moments, const real_of<Arch>* y_gradient,
                                         real_of<Arch>* weight_gradient, real_of<Arch>* bias_gradient) {
    detail::reduce_columns<Arch, 2, false>(
        where, width, no_means{}, detail::group_gradients<Arch>{y_gradient, x, moments},
        [&](std::size_t c, const std::array<double, 2>& sum) {
            bias_gradient[c] = static_cast<real_of<Arch>>(static_cast<double>(bias_gradient[c]) + sum[0]);
            weight_gradient[c] = static_cast<real_of<Arch>>(static_cast<double>(weight_gradient[c]) + sum[1]);
        });
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
