// Grouped convolution where groups are small, depthwise convolution above all: a vector holds the map's channels of several
// groups, so that no lane is lost. What each of them meets is laid out beside it beforehand.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"
#include "strata/kernels/gemm.hpp"
#include "strata/kernels/pixel_class.hpp"
#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

/// A convolution in groups of channels: what each group's is, and how many there are. A pixel holds the groups' channels
/// one after another. The weights are one matrix: its rows are those of a group, its columns the channels of all maps.
struct conv_groups {
    conv_geometry group;
    std::size_t groups;

    [[nodiscard]] constexpr std::size_t image_channels() const { return groups * group.image_channels; }
    [[nodiscard]] constexpr std::size_t map_channels() const { return groups * group.map_channels; }
    /// Whether groups are so small that products of panels would leave most lanes empty.
    [[nodiscard]] constexpr bool small() const {
        return group.image_channels <= panel / 2 && group.map_channels <= panel / 2;
    }
};

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

/// A pixel whose groups have `each` channels, laid out for `wide` lanes a group: for each of a group's channels a row of
/// `row` floats, in which it stands in all lanes of its group.
template <class Real>
void spread_channels(std::size_t groups, std::size_t each, std::size_t wide, const Real* pixel,
                     std::size_t row, Real* to) {
    if (each == 1 && wide == 1) {
        std::copy_n(pixel, groups, to);
        return;
    }
    for (std::size_t group = 0; group < groups; ++group)
        for (std::size_t c = 0; c < each; ++c)
            std::fill_n(to + c * row + group * wide, wide, pixel[group * each + c]);
}

/// Whether images can be read where they lie: a lane a channel, whole panels, and no window leaves the image.
constexpr bool lies_ready(const conv_groups& c) {
    return c.group.image_channels == 1 && c.group.map_channels == 1 && c.groups % panel == 0 &&
           c.group.inside();
}

/// Floats of a canvas pixel.
constexpr std::size_t spread_pixel(const conv_groups& c) {
    return c.group.image_channels * whole_panels(c.map_channels());
}

/// The image on its canvas, spread out, in `scratch`, of which only what an image covers is written.
template <class Real>
canvas_view<Real> place_spread(const conv_groups& c, const Real* image, Real* scratch) {
    const conv_geometry& g = c.group;
    if (lies_ready(c)) return {image, g.image_width * c.groups};
    const std::size_t pixel = spread_pixel(c);
    const std::size_t row = g.canvas_width() * pixel;
    const overlap shared{g};
    for (std::size_t y = 0; y < shared.height; ++y)
        for (std::size_t x = 0; x < shared.width; ++x)
            spread_channels(c.groups, g.image_channels, g.map_channels,
                            image + (y * g.image_width + x) * c.image_channels(),
                            whole_panels(c.map_channels()),
                            scratch + (y + g.pad_top) * row + (x + g.pad_left) * pixel);
    return {scratch, row};
}

} // namespace detail

/// Floats of scratch that convolve_channels needs.
constexpr std::size_t convolve_channels_scratch(const conv_groups& c) {
    return detail::lies_ready(c) ? 0
                                 : c.group.canvas_height() * c.group.canvas_width() * detail::spread_pixel(c);
}

/// maps = images * w, group by group, with a bias and through a relu if wanted; small groups. Distances between samples
/// are in floats.
template <class Arch>
STRATA_NOINLINE void convolve_channels(const conv_groups& c, std::size_t samples, const real_of<Arch>* images,
                                       std::size_t image_stride, const real_of<Arch>* w,
                                       const real_of<Arch>* bias, bool relu, real_of<Arch>* maps,
                                       std::size_t map_stride, real_of<Arch>* scratch) {
    const conv_geometry& g = c.group;
    const std::size_t filters = c.map_channels();
    const std::size_t pixel = detail::spread_pixel(c);
    std::fill_n(scratch, convolve_channels_scratch(c), real_of<Arch>(0));
    for (std::size_t s = 0; s < samples; ++s) {
        const auto canvas = detail::place_spread(c, images + s * image_stride, scratch);
        const channel_walk walk{.taps_y = g.kernel_height,
                                .taps_x = g.kernel_width,
                                .depth = g.image_channels,
                                .x_tap_y = std::ptrdiff_t(g.dilation_y * canvas.row_stride),
                                .x_tap_x = std::ptrdiff_t(g.dilation_x * pixel),
                                .x_depth = std::ptrdiff_t(whole_panels(filters)),
                                .w_tap_y = std::ptrdiff_t(g.window_row() * panel),
                                .w_tap_x = std::ptrdiff_t(g.image_channels * panel),
                                .x_next = std::ptrdiff_t(g.stride_x * pixel),
                                .out_next = std::ptrdiff_t(filters)};
        for (std::size_t f = 0; f < filters; f += panel)
            for (std::size_t y = 0; y < g.map_height; ++y)
                detail::channel_line<Arch>(
                    g.map_width, walk, canvas.data + y * g.stride_y * canvas.row_stride + f,
                    w + f * g.window(), bias == nullptr ? nullptr : bias + f, relu,
                    maps + s * map_stride + y * g.map_width * filters + f, std::min(panel, filters - f));
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
