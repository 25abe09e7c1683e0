// The gradients of convolve_channels.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv_channels.hpp"
#include "strata/kernels/conv_transpose.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

/// Floats of the weights with the image's channels for columns.
constexpr std::size_t packed_channel_weights(const conv_groups& c) {
    return c.group.kernel_height * c.group.kernel_width * c.group.map_channels *
           whole_panels(c.image_channels());
}

/// Rows of the weights that a tile of their gradient takes.
template <class Arch>
inline constexpr std::size_t weight_rows =
    std::max<std::size_t>(1, std::min<std::size_t>(9, 12 / panel_vectors<Arch>));

/// Where a tile of the weights' gradient goes: over `height` x `width` pixels of the map, and what each row of the weights
/// meets. Distances are in floats.
struct weight_walk {
    std::size_t height, width;
    std::size_t map_row, map_pixel;
    std::size_t x_row, x_pixel;
};

/// to[r] += the sum over the walk of the map's gradient times x[r], for Rows rows of the weights and a panel of columns.
template <class Arch, std::size_t Rows>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
weight_tile(const weight_walk& walk, const real_of<Arch>* map_gradient, std::size_t columns,
            const real_of<Arch>* const* x, real_of<Arch>* const* to) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    vec<Arch> sum[Rows][vectors];
    const real_of<Arch>* from[Rows];
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
        from[r] = x[r];
#pragma GCC unroll 16
        for (std::size_t v = 0; v < vectors; ++v) sum[r][v] = load<Arch>(to[r] + v * lanes<Arch>);
    }
    for (std::size_t py = 0; py < walk.height; ++py) {
        std::size_t at = py * walk.x_row;
        const real_of<Arch>* slopes = map_gradient + py * walk.map_row;
#pragma GCC unroll 1
        for (std::size_t px = 0; px < walk.width; ++px, at += walk.x_pixel, slopes += walk.map_pixel) {
            vec<Arch> slope[vectors];
#pragma GCC unroll 16
            for (std::size_t v = 0; v < vectors; ++v) {
                const std::size_t first = v * lanes<Arch>;
                slope[v] =
                    first < columns ? load_some<Arch>(slopes + first, columns - first) : vec<Arch>(0.0f);
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
        for (std::size_t v = 0; v < vectors; ++v) sum[r][v].store_unaligned(to[r] + v * lanes<Arch>);
}

template <class Arch>
using weight_function = void (*)(const weight_walk&, const real_of<Arch>*, std::size_t,
                                 const real_of<Arch>* const*, real_of<Arch>* const*);

template <class Arch, std::size_t... I>
constexpr auto weight_tiles(std::index_sequence<I...>) {
    return std::array<weight_function<Arch>, sizeof...(I)>{&weight_tile<Arch, I + 1>...};
}

} // namespace detail

/// Floats of scratch that convolve_channels_transposed needs.
constexpr std::size_t convolve_channels_transposed_scratch(const conv_groups& c) {
    return detail::packed_channel_weights(c) +
           detail::laid_out<float>::scratch(c.group.map_channels, c.image_channels(), c.group.map_pixels());
}

/// images = maps * w^T, group by group; small groups.
template <class Arch>
STRATA_NOINLINE void convolve_channels_transposed(const conv_groups& c, std::size_t samples,
                                                  const real_of<Arch>* maps, std::size_t map_stride,
                                                  const real_of<Arch>* w, real_of<Arch>* images,
                                                  std::size_t image_stride, real_of<Arch>* scratch) {
    const conv_geometry& g = c.group;
    const std::size_t channels = c.image_channels();
    const std::size_t taps = g.kernel_height * g.kernel_width;
    std::fill_n(scratch, detail::packed_channel_weights(c), real_of<Arch>(0));
    // The weights: rows are (tap, channel of the group's map), columns the image's channels.
    const std::size_t packed_rows = taps * g.map_channels;
    for (std::size_t tap = 0; tap < taps; ++tap)
        for (std::size_t m = 0; m < g.map_channels; ++m)
            for (std::size_t k = 0; k < channels; ++k) {
                const std::size_t from = k / g.image_channels * g.map_channels + m;
                scratch[(k / panel * packed_rows + tap * g.map_channels + m) * panel + k % panel] =
                    w[(from / panel * g.window() + tap * g.image_channels + k % g.image_channels) * panel +
                      from % panel];
            }
    const std::size_t tap_floats = g.map_channels * panel;
    for (std::size_t s = 0; s < samples; ++s) {
        const detail::laid_out<real_of<Arch>> map(g.map_channels, g.image_channels, c.groups, g.map_height,
                                                  g.map_width, maps + s * map_stride,
                                                  scratch + detail::packed_channel_weights(c));
        const auto line = [&](const pixel_class& rows, const pixel_class& columns, const pixel_zone& high,
                              const pixel_zone& wide, std::size_t y, std::size_t k) {
            const detail::panel_view<real_of<Arch>> view = map.from(k);
            const bool any = high.taps > 0 && wide.taps > 0; // else nothing is read, wherever it points
            const channel_walk walk{.taps_y = high.taps,
                                    .taps_x = wide.taps,
                                    .depth = g.map_channels,
                                    .x_tap_y = -std::ptrdiff_t(rows.map_step * view.row),
                                    .x_tap_x = -std::ptrdiff_t(columns.map_step * view.pixel),
                                    .x_depth = panel,
                                    .w_tap_y = std::ptrdiff_t(rows.tap_step * g.kernel_width * tap_floats),
                                    .w_tap_x = std::ptrdiff_t(columns.tap_step * tap_floats),
                                    .x_next = std::ptrdiff_t(view.pixel),
                                    .out_next = std::ptrdiff_t(g.stride_x * channels)};
            const std::size_t tap = (rows.first_tap + high.least_tap * rows.tap_step) * g.kernel_width +
                                    columns.first_tap + wide.least_tap * columns.tap_step;
            const std::size_t image_y = rows.first_pixel + y * g.stride_y;
            const std::size_t image_x = columns.first_pixel + wide.first * g.stride_x;
            detail::channel_line<Arch>(
                wide.pixels, walk,
                view.data + (any ? rows.met_by(y, high.least_tap) * view.row +
                                       columns.met_by(wide.first, wide.least_tap) * view.pixel
                                 : 0),
                scratch + k * packed_rows + (any ? tap : 0) * tap_floats, nullptr, false,
                images + s * image_stride + (image_y * g.image_width + image_x) * channels + k,
                std::min(panel, channels - k));
        };
        for_each_class(g, [&](const pixel_class& rows, const pixel_class& columns, std::size_t) {
            for (std::size_t y = 0; y < rows.pixels; ++y) {
                const pixel_zone high(rows, g.map_height, y);
                for (std::size_t x = 0; x < columns.pixels;) {
                    const pixel_zone wide(columns, g.map_width, x);
                    for (std::size_t k = 0; k < channels; k += panel) line(rows, columns, high, wide, y, k);
                    x += wide.pixels;
                }
            }
        });
    }
}

/// w_gradient (+)= the sum over samples and pixels of what each weight meets, group by group; small groups. Scratch is
/// convolve_channels's.
template <class Arch>
STRATA_NOINLINE void convolve_channels_weight_gradient(const conv_groups& c, std::size_t samples,
                                                       const real_of<Arch>* images, std::size_t image_stride,
                                                       const real_of<Arch>* map_gradients,
                                                       std::size_t map_stride, bool accumulate,
                                                       real_of<Arch>* w_gradient, real_of<Arch>* scratch) {
    static constexpr auto tiles =
        detail::weight_tiles<Arch>(std::make_index_sequence<detail::weight_rows<Arch>>{});
    constexpr std::size_t most = detail::weight_rows<Arch>;
    const conv_geometry& g = c.group;
    const std::size_t filters = c.map_channels();
    if (!accumulate) std::fill_n(w_gradient, g.window() * whole_panels(filters), real_of<Arch>(0));
    for (std::size_t s = 0; s < samples; ++s) {
        const detail::laid_out<real_of<Arch>> laid(g.image_channels, g.map_channels, c.groups, g.image_height,
                                                   g.image_width, images + s * image_stride, scratch);
        for (std::size_t f = 0; f < filters; f += panel) {
            const std::size_t now = std::min(panel, filters - f);
            const detail::panel_view<real_of<Arch>> image = laid.from(f);
            real_of<Arch>* const weights = w_gradient + f * g.window();
            detail::for_each_window_zone(detail::rows_of(g), [&](const detail::window_zone& high) {
                detail::for_each_window_zone(detail::columns_of(g), [&](const detail::window_zone& wide) {
                    const detail::weight_walk walk{.height = high.windows,
                                                   .width = wide.windows,
                                                   .map_row = g.map_width * filters,
                                                   .map_pixel = filters,
                                                   .x_row = g.stride_y * image.row,
                                                   .x_pixel = g.stride_x * image.pixel};
                    const real_of<Arch>* const slopes = map_gradients + s * map_stride + f +
                                                        (high.first * g.map_width + wide.first) * filters;
                    const std::size_t line = wide.taps * g.image_channels; // rows of the weights side by side
                    const std::size_t rows = high.taps * line;
                    if (rows == 0) return;
                    const std::size_t count = (rows + most - 1) / most;
                    const std::size_t tall = (rows + count - 1) / count;
                    for (std::size_t first = 0; first < rows; first += tall) {
                        const std::size_t together = std::min(tall, rows - first);
                        const real_of<Arch>* x[most];
                        real_of<Arch>* to[most];
                        for (std::size_t r = 0; r < together; ++r) {
                            const std::size_t y = (first + r) / line;
                            const std::size_t tap = (first + r) % line / g.image_channels;
                            const std::size_t channel = (first + r) % g.image_channels;
                            x[r] = image.data + (high.image_at + y * g.dilation_y) * image.row +
                                   (wide.image_at + tap * g.dilation_x) * image.pixel + channel * panel;
                            to[r] =
                                weights + (((high.first_tap + y) * g.kernel_width + wide.first_tap + tap) *
                                               g.image_channels +
                                           channel) *
                                              panel;
                        }
                        tiles[together - 1](walk, slopes, now, x, to);
                    }
                });
            });
        }
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
