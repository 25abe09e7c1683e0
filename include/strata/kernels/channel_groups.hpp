// The normalization of columns in groups, each by its own moments: what group_norm does to a sample.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/normalize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// For every group of `each` columns the mean over all rows, as two numbers, and 1 / sqrt(variance + epsilon), both written for
/// each of its columns. The mean of equal floats is that float. The columns are a multiple of `each`.
template <class Arch>
STRATA_NOINLINE void measure_channel_groups(const row_blocks& where, std::size_t columns, std::size_t each,
                                            const real_of<Arch>* x, real_of<Arch> epsilon,
                                            real_of<Arch>* near, real_of<Arch>* rest,
                                            real_of<Arch>* inverse_deviation) {
    const auto count = static_cast<double>(where.samples * where.rows * each);
    double total = 0;
    detail::reduce_columns<Arch, 1, true>(where, columns, no_means{}, detail::large_values<real_of<Arch>>{x},
                                          [&](std::size_t c, const std::array<double, 1>& sum) {
                                              total += sum[0];
                                              if ((c + 1) % each != 0) return;
                                              const std::size_t first = c + 1 - each;
                                              split<Arch>(total / count, near[first], rest[first]);
                                              std::fill_n(near + first, each, near[first]);
                                              std::fill_n(rest + first, each, rest[first]);
                                              total = 0;
                                          });
    detail::reduce_columns<Arch, 1, true>(
        where, columns, column_means<Arch>{near, rest}, detail::squared_deviations<real_of<Arch>>{x},
        [&](std::size_t c, const std::array<double, 1>& sum) {
            total += sum[0];
            if ((c + 1) % each != 0) return;
            std::fill_n(
                inverse_deviation + (c + 1 - each), each,
                static_cast<real_of<Arch>>(1.0 / std::sqrt(total / count + static_cast<double>(epsilon))));
            total = 0;
        });
}

/// What measure_channel_groups has found.
template <class Arch>
struct channel_moments {
    column_means<Arch> means;
    const real_of<Arch>* inverse_deviation;
};

/// The gradient of ((x - mean) / deviation) * weight + bias by x, column by column, the moments' dependence on x included.
/// `slopes` and `products` are scratch of a number a column; x_gradient may be y_gradient, which lies like x.
template <class Arch>
STRATA_NOINLINE void channel_groups_gradient(const row_blocks& where, std::size_t columns, std::size_t each,
                                             const real_of<Arch>* x, const channel_moments<Arch>& m,
                                             const real_of<Arch>* weight, const real_of<Arch>* y_gradient,
                                             real_of<Arch>* slopes, real_of<Arch>* products,
                                             real_of<Arch>* x_gradient) {
    const auto count = static_cast<double>(where.samples * where.rows * each);
    double slope = 0, product = 0;
    detail::reduce_columns<Arch, 2, true>(
        where, columns, m.means, detail::gradient_deviations<real_of<Arch>>{y_gradient, x},
        [&](std::size_t c, const std::array<double, 2>& sum) {
            slope += sum[0] * static_cast<double>(weight[c]);
            product += sum[1] * static_cast<double>(weight[c]);
            if ((c + 1) % each != 0) return;
            std::fill_n(slopes + (c + 1 - each), each, static_cast<real_of<Arch>>(slope / count));
            std::fill_n(
                products + (c + 1 - each), each,
                static_cast<real_of<Arch>>(product * static_cast<double>(m.inverse_deviation[c]) / count));
            slope = product = 0;
        });
    for (std::size_t s = 0; s < where.samples; ++s) {
        const std::size_t at = s * where.sample_stride;
        detail::transform_columns<Arch>(
            where.rows, columns, x_gradient + at,
            [](const auto& g, const auto& value, const auto& near, const auto& rest, const auto& inverse,
               const auto& f, const auto& mean_slope, const auto& mean_product) {
                return inverse * (g * f - mean_slope - ((value - near) - rest) * inverse * mean_product);
            },
            std::array<const real_of<Arch>*, 6>{m.means.near, m.means.rest, m.inverse_deviation, weight,
                                                slopes, products},
            y_gradient + at, x + at);
    }
}

/// Adds to the sums what the rows contribute to the gradients of the weights and of the biases: y_gradient * (x - mean) /
/// deviation, and y_gradient.
template <class Arch>
STRATA_NOINLINE void sum_channel_gradients(const row_blocks& where, std::size_t columns,
                                           const real_of<Arch>* x, const channel_moments<Arch>& m,
                                           const real_of<Arch>* y_gradient, double* weight_sums,
                                           double* bias_sums) {
    detail::reduce_columns<Arch, 2, true>(
        where, columns, m.means, detail::gradient_deviations<real_of<Arch>>{y_gradient, x},
        [&](std::size_t c, const std::array<double, 2>& sum) {
            bias_sums[c] += sum[0];
            weight_sums[c] += sum[1] * static_cast<double>(m.inverse_deviation[c]);
        });
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
