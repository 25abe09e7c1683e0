// Grouped convolution where groups are small, depthwise convolution above all: a vector holds the map's channels of several
// groups, so that no lane is lost. What each of them meets is laid out beside it beforehand.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/channel_layout.hpp"
#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

/// How a tile of channels walks over what it adds up: rows of taps, taps, and the channels that each meets. Distances are
/// in floats; rows of the weights are a panel wide.
struct channel_walk {
    std::size_t taps_y, taps_x, depth;
    std::ptrdiff_t x_tap_y, x_tap_x, x_depth;
    std::ptrdiff_t w_tap_y, w_tap_x;
    std::ptrdiff_t x_next, out_next; ///< from a pixel of the output to the next
};

namespace detail {

/// Pixels of the widest tile.
template <class Arch>
inline constexpr std::size_t channel_pixels = std::max<std::size_t>(1, 12 / panel_vectors<Arch>);

/// out = bias + the sum over the walk of x * w, for Pixels neighbouring pixels and the first `columns` of a panel.
template <class Arch, std::size_t Pixels>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
channel_tile(const channel_walk& walk, const real_of<Arch>* x, const real_of<Arch>* w,
             const real_of<Arch>* bias, bool relu, real_of<Arch>* out, std::size_t columns) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    const std::ptrdiff_t next = walk.x_next;
    vec<Arch> sum[Pixels][vectors];
#pragma GCC unroll 16
    for (std::size_t v = 0; v < vectors; ++v) {
        vec<Arch> start(0.0f);
        if (bias != nullptr) start = load<Arch>(bias + v * lanes<Arch>);
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Pixels; ++r) sum[r][v] = start;
    }
    for (std::size_t ty = 0; ty < walk.taps_y; ++ty)
        for (std::size_t tx = 0; tx < walk.taps_x; ++tx) {
            const real_of<Arch>* from =
                x + std::ptrdiff_t(ty) * walk.x_tap_y + std::ptrdiff_t(tx) * walk.x_tap_x;
            const real_of<Arch>* by =
                w + std::ptrdiff_t(ty) * walk.w_tap_y + std::ptrdiff_t(tx) * walk.w_tap_x;
#pragma GCC unroll 1
            for (std::size_t d = 0; d < walk.depth; ++d, from += walk.x_depth, by += panel) {
                vec<Arch> right[vectors];
#pragma GCC unroll 16
                for (std::size_t v = 0; v < vectors; ++v) right[v] = load<Arch>(by + v * lanes<Arch>);
                const real_of<Arch>* pixel = from;
#pragma GCC unroll 16
                for (std::size_t r = 0; r < Pixels; ++r, pixel += next)
#pragma GCC unroll 16
                    for (std::size_t v = 0; v < vectors; ++v)
                        sum[r][v] =
                            multiply_add<Arch>(load<Arch>(pixel + v * lanes<Arch>), right[v], sum[r][v]);
            }
        }
    if (relu) {
        const vec<Arch> zero(0.0f);
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Pixels; ++r)
#pragma GCC unroll 16
            // In this order a NaN stays one.
            for (std::size_t v = 0; v < vectors; ++v) sum[r][v] = max(zero, sum[r][v]);
    }
#pragma GCC unroll 16
    for (std::size_t v = 0; v < vectors; ++v) {
        const std::size_t first = v * lanes<Arch>;
        if (first >= columns) break;
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Pixels; ++r)
            store_some<Arch>(sum[r][v], out + std::ptrdiff_t(r) * walk.out_next + first, columns - first);
    }
}

template <class Arch>
using channel_function = void (*)(const channel_walk&, const real_of<Arch>*, const real_of<Arch>*,
                                  const real_of<Arch>*, bool, real_of<Arch>*, std::size_t);

template <class Arch, std::size_t... I>
constexpr auto channel_tiles(std::index_sequence<I...>) {
    return std::array<channel_function<Arch>, sizeof...(I)>{&channel_tile<Arch, I + 1>...};
}

/// A line of pixels, in the fewest tiles, all of one width: the last may begin within the one before it, and computes the
/// same again.
template <class Arch>
void channel_line(std::size_t pixels, const channel_walk& walk, const real_of<Arch>* x,
                  const real_of<Arch>* w, const real_of<Arch>* bias, bool relu, real_of<Arch>* out,
                  std::size_t columns) {
    static constexpr auto tiles = channel_tiles<Arch>(std::make_index_sequence<channel_pixels<Arch>>{});
    if (pixels == 0) return;
    const std::size_t count = (pixels + channel_pixels<Arch> - 1) / channel_pixels<Arch>;
    const std::size_t wide = (pixels + count - 1) / count;
    for (std::size_t begin = 0; begin < pixels; begin += wide) {
        const auto at = std::ptrdiff_t(std::min(begin, pixels - wide));
        tiles[wide - 1](walk, x + at * walk.x_next, w, bias, relu, out + at * walk.out_next, columns);
    }
}

} // namespace detail

/// Floats of scratch that convolve_channels needs.
constexpr std::size_t convolve_channels_scratch(const conv_groups& c) {
    return detail::laid_out<float>::scratch(c.group.image_channels, c.map_channels(),
                                            c.group.image_height * c.group.image_width);
}

/// maps = images * w, group by group, with a bias and through a relu if wanted; small groups. Taps beside the image are
/// left out. Distances between samples are in floats.
template <class Arch>
STRATA_NOINLINE void convolve_channels(const conv_groups& c, std::size_t samples, const real_of<Arch>* images,
                                       std::size_t image_stride, const real_of<Arch>* w,
                                       const real_of<Arch>* bias, bool relu, real_of<Arch>* maps,
                                       std::size_t map_stride, real_of<Arch>* scratch) {
    const conv_geometry& g = c.group;
    const std::size_t filters = c.map_channels();
    for (std::size_t s = 0; s < samples; ++s) {
        const detail::laid_out<real_of<Arch>> image(g.image_channels, g.map_channels, c.groups,
                                                    g.image_height, g.image_width, images + s * image_stride,
                                                    scratch);
        const auto run = [&](std::size_t y, const detail::window_zone& high, const detail::window_zone& wide,
                             std::size_t f) {
            const detail::panel_view<real_of<Arch>> view = image.from(f);
            const channel_walk walk{.taps_y = high.taps,
                                    .taps_x = wide.taps,
                                    .depth = g.image_channels,
                                    .x_tap_y = std::ptrdiff_t(g.dilation_y * view.row),
                                    .x_tap_x = std::ptrdiff_t(g.dilation_x * view.pixel),
                                    .x_depth = panel,
                                    .w_tap_y = std::ptrdiff_t(g.window_row() * panel),
                                    .w_tap_x = std::ptrdiff_t(g.image_channels * panel),
                                    .x_next = std::ptrdiff_t(g.stride_x * view.pixel),
                                    .out_next = std::ptrdiff_t(filters)};
            const std::size_t tap = high.first_tap * g.kernel_width + wide.first_tap;
            const std::size_t image_y = high.image_at + (y - high.first) * g.stride_y;
            detail::channel_line<Arch>(
                wide.windows, walk, view.data + image_y * view.row + wide.image_at * view.pixel,
                w + f * g.window() + tap * g.image_channels * panel, bias == nullptr ? nullptr : bias + f,
                relu, maps + s * map_stride + (y * g.map_width + wide.first) * filters + f,
                std::min(panel, filters - f));
        };
        // A line of all channels at a time: what it reads and writes lies together.
        detail::for_each_window_zone(detail::rows_of(g), [&](const detail::window_zone& high) {
            for (std::size_t y = high.first; y < high.first + high.windows; ++y) {
                detail::for_each_window_zone(detail::columns_of(g), [&](const detail::window_zone& wide) {
                    for (std::size_t f = 0; f < filters; f += panel) run(y, high, wide, f);
                });
            }
        });
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
