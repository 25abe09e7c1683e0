// The gradients of convolve_channels.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv_channels.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

/// Zeros that a map needs before and behind it, along one axis, so that every tap of every pixel meets something.
struct map_margin {
    std::size_t before = 0, behind = 0;

    constexpr void widen(const pixel_class& c, std::size_t map) {
        if (c.taps == 0 || c.pixels == 0) return;
        const std::ptrdiff_t first = c.map_at - std::ptrdiff_t((c.taps - 1) * c.map_step);
        const std::ptrdiff_t end = c.map_at + std::ptrdiff_t(c.pixels);
        if (first < 0) before = std::max(before, std::size_t(-first));
        if (end > std::ptrdiff_t(map)) behind = std::max(behind, std::size_t(end) - map);
    }
};

constexpr map_margin row_margin(const conv_geometry& g) {
    map_margin margin;
    for (std::size_t r = 0; r < g.stride_y; ++r) margin.widen(row_class(g, r), g.map_height);
    return margin;
}
constexpr map_margin column_margin(const conv_geometry& g) {
    map_margin margin;
    for (std::size_t r = 0; r < g.stride_x; ++r) margin.widen(column_class(g, r), g.map_width);
    return margin;
}

/// Floats of the weights with the image's channels for columns.
constexpr std::size_t turned_weights(const conv_groups& c) {
    return c.group.kernel_height * c.group.kernel_width * c.group.map_channels *
           whole_panels(c.image_channels());
}

/// Rows of the weights that a tile of their gradient takes.
template <class Arch>
inline constexpr std::size_t weight_rows =
    std::max<std::size_t>(1, std::min<std::size_t>(9, 12 / panel_vectors<Arch>));

/// to (+)= the sum over the map's pixels of its gradient times what Rows rows of the weights meet there.
template <class Arch, std::size_t Rows>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
weight_tile(const conv_groups& c, const real_of<Arch>* map_gradient, std::size_t columns,
            const real_of<Arch>* const* x, std::size_t x_line, std::size_t x_next, bool accumulate,
            real_of<Arch>* to) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    const std::size_t filters = c.map_channels();
    vec<Arch> sum[Rows][vectors];
    const real_of<Arch>* from[Rows];
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
        from[r] = x[r];
#pragma GCC unroll 16
        for (std::size_t v = 0; v < vectors; ++v) sum[r][v] = vec<Arch>(0.0f);
    }
    for (std::size_t py = 0; py < c.group.map_height; ++py) {
        std::size_t at = py * x_line;
#pragma GCC unroll 1
        for (std::size_t px = 0; px < c.group.map_width; ++px, at += x_next, map_gradient += filters) {
            vec<Arch> slope[vectors];
#pragma GCC unroll 16
            for (std::size_t v = 0; v < vectors; ++v) {
                const std::size_t first = v * lanes<Arch>;
                slope[v] = first < columns ? load_some<Arch>(map_gradient + first, columns - first)
                                           : vec<Arch>(0.0f);
            }
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
                for (std::size_t v = 0; v < vectors; ++v)
                    sum[r][v] =
                        multiply_add<Arch>(load<Arch>(from[r] + at + v * lanes<Arch>), slope[v], sum[r][v]);
        }
    }
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
        for (std::size_t v = 0; v < vectors; ++v) {
            real_of<Arch>* const place = to + r * panel + v * lanes<Arch>;
            (accumulate ? load<Arch>(place) + sum[r][v] : sum[r][v]).store_unaligned(place);
        }
}

template <class Arch>
using weight_function = void (*)(const conv_groups&, const real_of<Arch>*, std::size_t,
                                 const real_of<Arch>* const*, std::size_t, std::size_t, bool, real_of<Arch>*);

template <class Arch, std::size_t... I>
constexpr auto weight_tiles(std::index_sequence<I...>) {
    return std::array<weight_function<Arch>, sizeof...(I)>{&weight_tile<Arch, I + 1>...};
}

} // namespace detail

/// Floats of scratch that convolve_channels_transposed needs.
constexpr std::size_t convolve_channels_transposed_scratch(const conv_groups& c) {
    const conv_geometry& g = c.group;
    const detail::map_margin rows = detail::row_margin(g);
    const detail::map_margin columns = detail::column_margin(g);
    return detail::turned_weights(c) + (rows.before + g.map_height + rows.behind) *
                                           (columns.before + g.map_width + columns.behind) * g.map_channels *
                                           whole_panels(c.image_channels());
}

/// images = maps * w^T, group by group; small groups.
template <class Arch>
STRATA_NOINLINE void convolve_channels_transposed(const conv_groups& c, std::size_t samples,
                                                  const real_of<Arch>* maps, std::size_t map_stride,
                                                  const real_of<Arch>* w, real_of<Arch>* images,
                                                  std::size_t image_stride, real_of<Arch>* scratch) {
    const conv_geometry& g = c.group;
    const std::size_t channels = c.image_channels();
    const std::size_t row = whole_panels(channels);
    const std::size_t taps = g.kernel_height * g.kernel_width;
    std::fill_n(scratch, convolve_channels_transposed_scratch(c), real_of<Arch>(0));
    // The weights: rows are (tap, channel of the group's map), columns the image's channels.
    const std::size_t turned_rows = taps * g.map_channels;
    for (std::size_t tap = 0; tap < taps; ++tap)
        for (std::size_t m = 0; m < g.map_channels; ++m)
            for (std::size_t k = 0; k < channels; ++k) {
                const std::size_t from = k / g.image_channels * g.map_channels + m;
                scratch[(k / panel * turned_rows + tap * g.map_channels + m) * panel + k % panel] =
                    w[(from / panel * g.window() + tap * g.image_channels + k % g.image_channels) * panel +
                      from % panel];
            }
    const detail::map_margin above = detail::row_margin(g);
    const detail::map_margin beside = detail::column_margin(g);
    const std::size_t pixel = g.map_channels * row;
    const std::size_t line = (beside.before + g.map_width + beside.behind) * pixel;
    real_of<Arch>* const canvas = scratch + detail::turned_weights(c);
    for (std::size_t s = 0; s < samples; ++s) {
        for (std::size_t y = 0; y < g.map_height; ++y)
            for (std::size_t x = 0; x < g.map_width; ++x)
                detail::spread_channels(c.groups, g.map_channels, g.image_channels,
                                        maps + s * map_stride + (y * g.map_width + x) * c.map_channels(), row,
                                        canvas + (above.before + y) * line + (beside.before + x) * pixel);
        for (std::size_t ry = 0; ry < g.stride_y; ++ry)
            for (std::size_t rx = 0; rx < g.stride_x; ++rx) {
                const pixel_class rows = row_class(g, ry);
                const pixel_class columns = column_class(g, rx);
                const bool any = rows.taps > 0 && columns.taps > 0; // else nothing is read
                const channel_walk walk{
                    .taps_y = rows.taps,
                    .taps_x = columns.taps,
                    .depth = g.map_channels,
                    .x_tap_y = -std::ptrdiff_t(rows.map_step * line),
                    .x_tap_x = -std::ptrdiff_t(columns.map_step * pixel),
                    .x_depth = std::ptrdiff_t(row),
                    .w_tap_y = std::ptrdiff_t(rows.tap_step * g.kernel_width * g.map_channels * panel),
                    .w_tap_x = std::ptrdiff_t(columns.tap_step * g.map_channels * panel),
                    .x_next = std::ptrdiff_t(pixel),
                    .out_next = std::ptrdiff_t(g.stride_x * channels)};
                const std::size_t first =
                    (rows.first_tap * g.kernel_width + columns.first_tap) * g.map_channels;
                for (std::size_t k = 0; k < channels; k += panel)
                    for (std::size_t y = 0; y < rows.pixels; ++y) {
                        const std::ptrdiff_t top = std::ptrdiff_t(above.before + y) + rows.map_at;
                        const std::ptrdiff_t left = std::ptrdiff_t(beside.before) + columns.map_at;
                        const std::size_t image_y = rows.first_pixel + y * g.stride_y;
                        detail::channel_line<Arch>(
                            columns.pixels, walk,
                            canvas + k +
                                (any ? top * std::ptrdiff_t(line) + left * std::ptrdiff_t(pixel) : 0),
                            any ? scratch + k * turned_rows + first * panel : scratch, nullptr, false,
                            images + s * image_stride +
                                (image_y * g.image_width + columns.first_pixel) * channels + k,
                            std::min(panel, channels - k));
                    }
            }
    }
}

/// w_gradient (+)= the sum over samples and pixels of what each weight meets, group by group; small groups. A sample's
/// sums are added to those of the samples before it. Scratch is convolve_channels's.
template <class Arch>
STRATA_NOINLINE void convolve_channels_weight_gradient(const conv_groups& c, std::size_t samples,
                                                       const real_of<Arch>* images, std::size_t image_stride,
                                                       const real_of<Arch>* map_gradients,
                                                       std::size_t map_stride, bool accumulate,
                                                       real_of<Arch>* w_gradient, real_of<Arch>* scratch) {
    static constexpr auto tiles =
        detail::weight_tiles<Arch>(std::make_index_sequence<detail::weight_rows<Arch>>{});
    const conv_geometry& g = c.group;
    const std::size_t filters = c.map_channels();
    const std::size_t pixel = detail::spread_pixel(c);
    const std::size_t row = whole_panels(filters);
    if (samples == 0 && !accumulate) std::fill_n(w_gradient, g.window() * row, real_of<Arch>(0));
    std::fill_n(scratch, convolve_channels_scratch(c), real_of<Arch>(0));
    const std::size_t count = (g.window() + detail::weight_rows<Arch> - 1) / detail::weight_rows<Arch>;
    const std::size_t high = (g.window() + count - 1) / count;
    for (std::size_t s = 0; s < samples; ++s) {
        const auto canvas = detail::place_spread(c, images + s * image_stride, scratch);
        for (std::size_t f = 0; f < filters; f += panel)
            for (std::size_t first = 0; first < g.window(); first += high) {
                const std::size_t rows = std::min(high, g.window() - first);
                const real_of<Arch>* x[detail::weight_rows<Arch>];
                for (std::size_t r = 0; r < rows; ++r) {
                    const std::size_t tap = (first + r) / g.image_channels;
                    x[r] = canvas.data + tap / g.kernel_width * g.dilation_y * canvas.row_stride +
                           tap % g.kernel_width * g.dilation_x * pixel +
                           (first + r) % g.image_channels * row + f;
                }
                tiles[rows - 1](c, map_gradients + s * map_stride + f, std::min(panel, filters - f), x,
                                g.stride_y * canvas.row_stride, g.stride_x * pixel, accumulate || s > 0,
                                w_gradient + f * g.window() + first * panel);
            }
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
