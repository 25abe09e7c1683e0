// What batch_norm is made of: moments and sums of columns, and what columns become. A sample is a number of
// groups (pixels) of `width` values each.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/reduce.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

template <class Real>
struct squared_deviations {
    const Real* x;

    template <std::size_t Lanes>
    [[gnu::always_inline]] column_terms<Lanes, 1> one(std::size_t at, std::size_t, const double* mean) const {
        const doubles<Lanes> away = load_doubles<Lanes>(x + at) - load_doubles<Lanes>(mean);
        return {{away * away}};
    }
};

/// A gradient, and gradient * (x - mean).
template <class Real>
struct gradient_deviations {
    const Real* gradient;
    const Real* x;

    template <std::size_t Lanes>
    [[gnu::always_inline]] column_terms<Lanes, 2> one(std::size_t at, std::size_t, const double* mean) const {
        const doubles<Lanes> slope = load_doubles<Lanes>(gradient + at);
        return {{slope, slope * (load_doubles<Lanes>(x + at) - load_doubles<Lanes>(mean))}};
    }
};

/// The values themselves, whose sum may be too large for a float.
template <class Real>
struct large_values {
    const Real* x;

    template <std::size_t Lanes>
    [[gnu::always_inline]] column_terms<Lanes, 1> one(std::size_t at, std::size_t, const double*) const {
        return {{load_doubles<Lanes>(x + at)}};
    }
};

} // namespace detail

/// A mean as two floats: near + rest.
template <class Arch>
void split(double mean, real_of<Arch>& near, real_of<Arch>& rest) {
    near = static_cast<real_of<Arch>>(mean);
    rest = static_cast<real_of<Arch>>(mean - static_cast<double>(near));
}

/// The mean of every column over all rows; of equal values, that value.
template <class Arch>
STRATA_NOINLINE void measure_means(const row_blocks& where, std::size_t columns, const real_of<Arch>* x,
                                   real_of<Arch>* near, real_of<Arch>* rest) {
    const auto count = static_cast<double>(where.samples * where.rows);
    detail::reduce_columns<Arch, 1, true>(where, columns, no_means{}, detail::large_values<real_of<Arch>>{x},
                                          [&](std::size_t c, const std::array<double, 1>& sum) {
                                              split<Arch>(sum[0] / std::max(1.0, count), near[c], rest[c]);
                                          });
}

/// The biased variance of every column around its mean, the largest float if it is more, and
/// 1 / sqrt(variance + epsilon).
template <class Arch>
STRATA_NOINLINE void measure_variances(const row_blocks& where, std::size_t columns, const real_of<Arch>* x,
                                       const column_means<Arch>& means, real_of<Arch> epsilon,
                                       real_of<Arch>* variance, real_of<Arch>* inverse_deviation) {
    const auto count = static_cast<double>(where.samples * where.rows);
    constexpr double most = std::numeric_limits<real_of<Arch>>::max();
    detail::reduce_columns<Arch, 1, true>(
        where, columns, means, detail::squared_deviations<real_of<Arch>>{x},
        [&](std::size_t c, const std::array<double, 1>& sum) {
            const double found = sum[0] / std::max(1.0, count);
            variance[c] = static_cast<real_of<Arch>>(found > most ? most : found); // a NaN stays one
            inverse_deviation[c] =
                static_cast<real_of<Arch>>(1.0 / std::sqrt(found + static_cast<double>(epsilon)));
        });
}

/// The sum of every column of the gradient, and of gradient * (x - mean) / deviation, both divided by `parts`. x
/// lies like the gradient.
template <class Arch>
STRATA_NOINLINE void sum_gradients(const row_blocks& where, std::size_t columns,
                                   const real_of<Arch>* gradient, const real_of<Arch>* x,
                                   const column_means<Arch>& means, const real_of<Arch>* inverse_deviation,
                                   std::size_t parts, real_of<Arch>* sums, real_of<Arch>* products) {
    const auto divisor = static_cast<double>(parts);
    detail::reduce_columns<Arch, 2, true>(
        where, columns, means, detail::gradient_deviations<real_of<Arch>>{gradient, x},
        [&](std::size_t c, const std::array<double, 2>& sum) {
            sums[c] = static_cast<real_of<Arch>>(sum[0] / divisor);
            products[c] =
                static_cast<real_of<Arch>>(sum[1] * static_cast<double>(inverse_deviation[c]) / divisor);
        });
}

namespace detail {

/// Numbers of columns, repeated for as many groups as make whole vectors.
template <class Real, std::size_t Count>
using repeated_columns = std::array<std::array<Real, summed_columns>, Count>;

template <class Arch, class Function, std::size_t Count, std::size_t... I, class... Operands>
void transform_columns(std::size_t groups, std::size_t width, real_of<Arch>* y, const Function& f,
                       const std::array<const real_of<Arch>*, Count>& columns, std::index_sequence<I...>,
                       const Operands*... x) {
    constexpr std::size_t enough = 2 * lanes<Arch>;
    static_assert(lanes<Arch> * enough <= summed_columns);
    std::size_t together = width < enough ? lanes<Arch> / std::gcd(width, lanes<Arch>) : 1;
    while (2 * together * width <= enough) together *= 2;
    if (together > 1 && groups >= 4 * together) {
        repeated_columns<real_of<Arch>, Count> repeated;
        const std::size_t wide = together * width;
        for (std::size_t i = 0; i < Count; ++i)
            for (std::size_t k = 0; k < wide; ++k) repeated[i][k] = columns[i][k % width];
        const std::size_t whole = groups / together;
        for (std::size_t g = 0; g < whole; ++g)
            transform<Arch>(wide, y + g * wide, f, x + g * wide..., repeated[I].data()...);
        const std::size_t done = whole * wide;
        y += done;
        groups -= whole * together;
        ((x += done), ...);
    }
    for (std::size_t g = 0; g < groups; ++g)
        transform<Arch>(width, y + g * width, f, x + g * width..., columns[I]...);
}

/// y = f(x..., columns...) for all groups, column by column; y may be one of x.
template <class Arch, class Function, std::size_t Count, class... Operands>
void transform_columns(std::size_t groups, std::size_t width, real_of<Arch>* y, const Function& f,
                       const std::array<const real_of<Arch>*, Count>& columns, const Operands*... x) {
    transform_columns<Arch>(groups, width, y, f, columns, std::make_index_sequence<Count>{}, x...);
}

} // namespace detail

/// y = (x - mean) * scale + bias, column by column; y may be x. Without the means' rests (a null pointer)
/// they count as 0.
template <class Arch>
STRATA_NOINLINE void normalize_columns(std::size_t groups, std::size_t width, const real_of<Arch>* x,
                                       const column_means<Arch>& means, const real_of<Arch>* scale,
                                       const real_of<Arch>* bias, real_of<Arch>* y) {
    if (means.rest == nullptr)
        return detail::transform_columns<Arch>(
            groups, width, y,
            [](const auto& value, const auto& near, const auto& f, const auto& s) {
                return multiply_add<Arch>(value - near, f, s);
            },
            std::array{means.near, scale, bias}, x);
    detail::transform_columns<Arch>(
        groups, width, y,
        [](const auto& value, const auto& near, const auto& rest, const auto& f, const auto& s) {
            return multiply_add<Arch>((value - near) - rest, f, s);
        },
        std::array{means.near, means.rest, scale, bias}, x);
}

/// What the gradient of normalize_columns by x needs beside the means: normal = (x - mean) *
/// inverse_deviation.
template <class Arch>
struct column_gradients {
    const real_of<Arch>* inverse_deviation;
    const real_of<Arch>* mean_gradient; ///< of the gradient by y, over all rows
    const real_of<Arch>* mean_product;  ///< of the gradient by y times normal
    const real_of<Arch>* scale;
};

/// out = scale * (gradient - mean_gradient - normal * mean_product), column by column; out may be gradient.
template <class Arch>
STRATA_NOINLINE void normalize_columns_gradient(std::size_t groups, std::size_t width,
                                                const real_of<Arch>* gradient, const real_of<Arch>* x,
                                                const column_means<Arch>& means,
                                                const column_gradients<Arch>& by, real_of<Arch>* out) {
    detail::transform_columns<Arch>(
        groups, width, out,
        [](const auto& slope, const auto& value, const auto& near, const auto& rest, const auto& inverse,
           const auto& mean_slope, const auto& mean_product, const auto& scale) {
            const auto normal = ((value - near) - rest) * inverse;
            return scale * (slope - mean_slope - normal * mean_product);
        },
        std::array{means.near, means.rest, by.inverse_deviation, by.mean_gradient, by.mean_product, by.scale},
        gradient, x);
}

/// out = scale * gradient, column by column; out may be gradient.
template <class Arch>
STRATA_NOINLINE void scale_columns(std::size_t groups, std::size_t width, const real_of<Arch>* gradient,
                                   const real_of<Arch>* scale, real_of<Arch>* out) {
    detail::transform_columns<Arch>(
        groups, width, out, [](const auto& slope, const auto& by) { return slope * by; }, std::array{scale},
        gradient);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
