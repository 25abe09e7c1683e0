// Transposed convolution: the image that the windows of a map add up to; also the input gradient of a
// convolution.
//
// Image pixels whose coordinates leave the same remainders by the strides see the same kernel taps, so each
// such class is a plain convolution of the map, with stride 1 and a part of the kernel: no zero is multiplied
// and no sum is read back. Images of few channels have a kernel of their own (conv_transpose_narrow.hpp).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"
#include "strata/kernels/conv_transpose_narrow.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// The pixels of one class along one axis: their taps, and the map pixels that these reach.
struct pixel_class {
    std::size_t first_tap; ///< the taps are first_tap, first_tap + stride, ...
    std::size_t taps;
    std::size_t first_pixel; ///< the pixels are first_pixel, first_pixel + stride, ...
    std::size_t pixels;
    std::size_t map_at; ///< the map pixel that the first pixel reaches with its first tap

    constexpr pixel_class(std::size_t remainder, std::size_t image, std::size_t kernel, std::size_t stride,
                          std::size_t pad)
        : first_tap{remainder},
          taps{remainder < kernel ? (kernel - remainder + stride - 1) / stride : 0},
          first_pixel{(remainder + stride - pad % stride) % stride},
          pixels{first_pixel < image ? (image - first_pixel - 1) / stride + 1 : 0},
          map_at{(first_pixel + pad - remainder) / stride} {}
};

/// Neighbouring pixels of a class that see the map through the same taps: at the edges some taps lie beside the map.
struct pixel_zone {
    std::size_t first, pixels;   ///< counted within the class
    std::size_t least_tap, taps; ///< counted within the class

    /// The zone that starts at pixel `first` of a class, over a map of this many pixels.
    constexpr pixel_zone(const pixel_class& c, std::size_t map, std::size_t at) : first{at} {
        least_tap = lowest(c, map, at);
        taps = highest(c, at) - least_tap;
        pixels = 1;
        while (at + pixels < c.pixels && lowest(c, map, at + pixels) == least_tap &&
               highest(c, at + pixels) == least_tap + taps)
            ++pixels;
    }

private:
    // Tap t of pixel p meets map pixel map_at + p - t.
    static constexpr std::size_t highest(const pixel_class& c, std::size_t p) {
        return std::min(c.taps, c.map_at + p + 1);
    }
    static constexpr std::size_t lowest(const pixel_class& c, std::size_t map, std::size_t p) {
        const std::size_t beyond = c.map_at + p + 1;
        return std::min(beyond - std::min(beyond, map), highest(c, p));
    }
};

/// The classes of the image's rows and columns.
constexpr pixel_class row_class(const conv_geometry& g, std::size_t remainder) {
    return {remainder, g.image_height, g.kernel_height, g.stride_y, g.pad_top};
}
constexpr pixel_class column_class(const conv_geometry& g, std::size_t remainder) {
    return {remainder, g.image_width, g.kernel_width, g.stride_x, g.pad_left};
}

/// Floats of the weights in the order of convolve_transposed_wide.
constexpr std::size_t packed_wide_floats(const conv_geometry& g) {
    return g.kernel_height * g.kernel_width * g.map_channels * whole_panels(g.image_channels);
}

/// Calls f(class of rows, class of columns, where its packed weights start).
template <class Function>
void for_each_class(const conv_geometry& g, Function&& f) {
    std::size_t at = 0;
    for (std::size_t y = 0; y < g.stride_y; ++y)
        for (std::size_t x = 0; x < g.stride_x; ++x) {
            const pixel_class rows = row_class(g, y);
            const pixel_class columns = column_class(g, x);
            f(rows, columns, at);
            at += rows.taps * columns.taps * g.map_channels * whole_panels(g.image_channels);
        }
}

/// Calls f(zone of rows, zone of columns) for all zones of a class.
template <class Function>
void for_each_zone(const conv_geometry& g, const pixel_class& rows, const pixel_class& columns,
                   Function&& f) {
    for (std::size_t y = 0; y < rows.pixels;) {
        const pixel_zone high{rows, g.map_height, y};
        for (std::size_t x = 0; x < columns.pixels;) {
            const pixel_zone wide{columns, g.map_width, x};
            f(high, wide);
            x += wide.pixels;
        }
        y += high.pixels;
    }
}

namespace detail {

/// The taps of one class, last first, since a later tap reaches an earlier map pixel.
template <class Arch>
void pack_class(const conv_geometry& g, const pixel_class& rows, const pixel_class& columns,
                const real_of<Arch>* w, real_of<Arch>* packed) {
    const std::size_t steps = rows.taps * columns.taps * g.map_channels;
    for (std::size_t ty = 0; ty < rows.taps; ++ty)
        for (std::size_t tx = 0; tx < columns.taps; ++tx) {
            const std::size_t ky = rows.first_tap + (rows.taps - 1 - ty) * g.stride_y;
            const std::size_t kx = columns.first_tap + (columns.taps - 1 - tx) * g.stride_x;
            const std::size_t row = (ky * g.kernel_width + kx) * g.image_channels;
            real_of<Arch>* to = packed + (ty * columns.taps + tx) * g.map_channels * panel;
            for (std::size_t c = 0; c < g.image_channels; c += panel)
                for (std::size_t m = 0; m < g.map_channels; m += panel)
                    transpose<Arch>(w + m * g.window() + (row + c) * panel, panel,
                                    std::min(panel, g.image_channels - c),
                                    std::min(panel, g.map_channels - m), to + c * steps + m * panel, panel);
        }
}

/// The pixels of one class in a zone of rows and a zone of columns, for all samples. A tile's rows may lie anywhere.
template <class Arch>
void convolve_zone(const conv_geometry& g, const pixel_class& rows, const pixel_class& columns,
                   const pixel_zone& high, const pixel_zone& wide, std::size_t samples,
                   const real_of<Arch>* maps, std::size_t map_stride, const real_of<Arch>* packed,
                   const tile_epilogue<Arch>& epilogue, real_of<Arch>* images, std::size_t image_stride) {
    const std::size_t tap_floats = g.map_channels * panel;
    const tile_walk walk{.segments = high.taps,
                         .length = wide.taps * g.map_channels,
                         .a_segment = std::ptrdiff_t(g.map_width * g.map_channels),
                         .b_segment = std::ptrdiff_t(columns.taps * tap_floats),
                         .b_panel = std::ptrdiff_t(rows.taps * columns.taps * tap_floats)};
    // Taps lie last first, and the last meets the earliest map pixel.
    const std::size_t skipped_rows = rows.taps - (high.least_tap + high.taps);
    const std::size_t skipped_columns = columns.taps - (wide.least_tap + wide.taps);
    const real_of<Arch>* weights = packed + (skipped_rows * columns.taps + skipped_columns) * tap_floats;
    const bool any = high.taps > 0 && wide.taps > 0; // else nothing is read, wherever it points
    const std::size_t top = any ? rows.map_at + high.first - (high.least_tap + high.taps - 1) : 0;
    const std::size_t left = any ? columns.map_at + wide.first - (wide.least_tap + wide.taps - 1) : 0;
    const std::size_t pixels = high.pixels * wide.pixels;
    // The rows of a strip: up to strip_rows pixels, or all of several samples. In the next samples they are
    // where they were, a distance on.
    const std::size_t together = std::max<std::size_t>(1, std::min(strip_rows / pixels, samples));
    for_each_strip(pixels, [&](std::size_t first, std::size_t count) {
        const real_of<Arch>* a[strip_rows];
        real_of<Arch>* c[strip_rows];
        for (std::size_t s = 0; s < together; ++s)
            for (std::size_t r = 0; r < count; ++r) {
                const std::size_t y = (first + r) / wide.pixels;
                const std::size_t x = (first + r) % wide.pixels;
                const std::size_t image_y = rows.first_pixel + (high.first + y) * g.stride_y;
                const std::size_t image_x = columns.first_pixel + (wide.first + x) * g.stride_x;
                a[s * count + r] =
                    maps + s * map_stride + (any ? (top + y) * g.map_width + left + x : 0) * g.map_channels;
                c[s * count + r] =
                    images + s * image_stride + (image_y * g.image_width + image_x) * g.image_channels;
            }
        for (std::size_t s = 0; s < samples; s += together) {
            const std::size_t now = std::min(together, samples - s) * count;
            multiply_rows<Arch>(now, walk, a, weights, epilogue, c, g.image_channels);
            if (s + together >= samples) break;
            move_rows(together * count, a, together * map_stride);
            move_rows(together * count, c, together * image_stride);
        }
    });
}

} // namespace detail

/// The weights in the order in which convolve_transposed_wide wants them, in `packed`.
template <class Arch>
STRATA_NOINLINE void pack_wide_weights(const conv_geometry& g, const real_of<Arch>* w,
                                       real_of<Arch>* packed) {
    if (g.image_channels % panel != 0) std::fill_n(packed, packed_wide_floats(g), 0.0f);
    for_each_class(g, [&](const pixel_class& rows, const pixel_class& columns, std::size_t at) {
        detail::pack_class<Arch>(g, rows, columns, w, packed + at);
    });
}

/// What convolve_transposed does, for images of any number of channels.
template <class Arch>
STRATA_NOINLINE void convolve_transposed_wide(const conv_geometry& g, std::size_t samples,
                                              const real_of<Arch>* maps, std::size_t map_stride,
                                              const real_of<Arch>* packed,
                                              const tile_epilogue<Arch>& epilogue, real_of<Arch>* images,
                                              std::size_t image_stride) {
    for_each_class(g, [&](const pixel_class& rows, const pixel_class& columns, std::size_t at) {
        for_each_zone(g, rows, columns, [&](const pixel_zone& high, const pixel_zone& wide) {
            detail::convolve_zone<Arch>(g, rows, columns, high, wide, samples, maps, map_stride, packed + at,
                                        epilogue, images, image_stride);
        });
    });
}

/// Floats of scratch that convolve_transposed needs.
constexpr std::size_t convolve_transposed_scratch(const conv_geometry& g) {
    return narrow(g) ? packed_narrow_floats(g) : packed_wide_floats(g);
}

/// images = map * w^T for every sample; `epilogue` says what is added and what is stored. Distances between
/// samples are in floats.
template <class Arch, conv_geometry G>
void convolve_transposed(std::size_t samples, const real_of<Arch>* maps, std::size_t map_stride,
                         const real_of<Arch>* w, const tile_epilogue<Arch>& epilogue, real_of<Arch>* images,
                         std::size_t image_stride, real_of<Arch>* scratch) {
    if constexpr (narrow(G)) {
        pack_narrow_weights<Arch>(G, w, scratch);
        convolve_transposed_narrow<Arch, G>(samples, maps, map_stride, scratch, epilogue, images,
                                            image_stride);
    } else {
        pack_wide_weights<Arch>(G, w, scratch);
        convolve_transposed_wide<Arch>(G, samples, maps, map_stride, scratch, epilogue, images, image_stride);
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
