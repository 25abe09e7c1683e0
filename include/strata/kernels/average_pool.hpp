// Average pooling over windows of an image, and over all of it, with the gradients.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/normalize.hpp"
#include "strata/kernels/pool.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// map = the mean of each window, channel by channel, for one image; what is beside it counts as zeros. The sums of the
/// window's rows are added up: a chain of additions is as long as the window is high or wide, not as it is large.
template <class Arch>
[[gnu::noinline, gnu::flatten]] void average_pool(const pool_geometry& g, const real_of<Arch>* image,
                                                  real_of<Arch>* map) {
    const vec<Arch> share(real_of<Arch>(1) / static_cast<real_of<Arch>>(g.window_height * g.window_width));
    for (std::size_t y = 0; y < g.map_height; ++y) {
        const detail::pool_range rows = detail::rows_of_window(g, y);
        for (std::size_t x = 0; x < g.map_width; ++x) {
            const detail::pool_range columns = detail::columns_of_window(g, x);
            detail::for_each_vector<Arch>(g.channels, [&](std::size_t c, auto now) {
                vec<Arch> sum(0.0f);
                for (std::size_t iy = 0; iy < rows.count; ++iy) {
                    const real_of<Arch>* from =
                        image + ((rows.begin + iy) * g.image_width + columns.begin) * g.channels + c;
                    vec<Arch> row = load_some<Arch>(from, now);
                    for (std::size_t ix = 1; ix < columns.count; ++ix) {
                        from += g.channels;
                        row = row + load_some<Arch>(from, now);
                    }
                    sum = sum + row;
                }
                store_some<Arch>(sum * share, map + (y * g.map_width + x) * g.channels + c, now);
            });
        }
    }
}

/// image_gradient = for each pixel the sum of its windows' gradients, divided by the pixels of a window.
template <class Arch>
[[gnu::noinline, gnu::flatten]] void average_pool_gradient(const pool_geometry& g,
                                                           const real_of<Arch>* map_gradient,
                                                           real_of<Arch>* image_gradient) {
    const vec<Arch> share(real_of<Arch>(1) / static_cast<real_of<Arch>>(g.window_height * g.window_width));
    const bool apart = g.apart(); // then nothing need be added
    if (!g.tiled()) std::fill_n(image_gradient, g.image_height * g.image_width * g.channels, 0.0f);
    for (std::size_t y = 0; y < g.map_height; ++y) {
        const detail::pool_range rows = detail::rows_of_window(g, y);
        for (std::size_t x = 0; x < g.map_width; ++x) {
            const detail::pool_range columns = detail::columns_of_window(g, x);
            detail::for_each_vector<Arch>(g.channels, [&](std::size_t c, auto now) {
                const vec<Arch> part =
                    load_some<Arch>(map_gradient + (y * g.map_width + x) * g.channels + c, now) * share;
                detail::for_each_in_window(g, rows, columns, [&](std::size_t pixel) {
                    real_of<Arch>* to = image_gradient + pixel + c;
                    store_some<Arch>(apart ? part : load_some<Arch>(to, now) + part, to, now);
                });
            });
        }
    }
}

/// means[c] = the mean of column c over all rows, summed in double.
template <class Arch>
STRATA_NOINLINE void average_columns(std::size_t rows, std::size_t columns, const real_of<Arch>* x,
                                     real_of<Arch>* means) {
    detail::reduce_columns<Arch, 1, true>(
        row_blocks{1, 0, rows, columns}, columns, no_means{}, detail::large_values<real_of<Arch>>{x},
        [&](std::size_t c, const std::array<double, 1>& sum) {
            means[c] = static_cast<real_of<Arch>>(sum[0] / static_cast<double>(rows));
        });
}

/// x_gradient = each column's gradient, divided by the rows, in every row.
template <class Arch>
STRATA_NOINLINE void average_columns_gradient(std::size_t rows, std::size_t columns,
                                              const real_of<Arch>* mean_gradient, real_of<Arch>* x_gradient) {
    const vec<Arch> share(real_of<Arch>(1) / static_cast<real_of<Arch>>(rows));
    detail::transform_columns<Arch>(
        rows, columns, x_gradient, [&](const auto& slope) { return slope * share; },
        std::array{mean_gradient});
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
