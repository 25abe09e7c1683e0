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
#include "strata/kernels/pixel_class.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// How the lines of a map are folded for convolve_transposed_wide.
constexpr pixel_fold map_fold(const conv_geometry& g) { return {g.map_width, column_class(g, 0).map_step}; }

/// Floats of a map's copy with folded lines, if they are.
constexpr std::size_t folded_map_floats(const conv_geometry& g) {
    const pixel_fold fold = map_fold(g);
    return fold.step == 1 ? 0 : g.map_height * fold.pixels() * g.map_channels;
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
            const std::size_t ky = rows.first_tap + (rows.taps - 1 - ty) * rows.tap_step;
            const std::size_t kx = columns.first_tap + (columns.taps - 1 - tx) * columns.tap_step;
            const std::size_t row = (ky * g.kernel_width + kx) * g.image_channels;
            real_of<Arch>* to = packed + (ty * columns.taps + tx) * g.map_channels * panel;
            for (std::size_t c = 0; c < g.image_channels; c += panel)
                for (std::size_t m = 0; m < g.map_channels; m += panel)
                    transpose<Arch>(w + m * g.window() + (row + c) * panel, panel,
                                    std::min(panel, g.image_channels - c),
                                    std::min(panel, g.map_channels - m), to + c * steps + m * panel, panel);
        }
}

/// The pixels of one class in a zone of rows and a zone of columns, for all samples, from maps whose lines are folded. A
/// tile's rows may lie anywhere.
template <class Arch>
void convolve_zone(const conv_geometry& g, const pixel_class& rows, const pixel_class& columns,
                   const pixel_zone& high, const pixel_zone& wide, std::size_t samples,
                   const real_of<Arch>* maps, std::size_t map_stride, const real_of<Arch>* packed,
                   const tile_epilogue<Arch>& epilogue, real_of<Arch>* images, std::size_t image_stride) {
    const pixel_fold fold = map_fold(g);
    const std::size_t map_row = fold.step == 1 ? g.map_width : fold.pixels();
    const std::size_t tap_floats = g.map_channels * panel;
    const tile_walk walk{.segments = high.taps,
                         .length = wide.taps * g.map_channels,
                         .a_segment = std::ptrdiff_t(rows.map_step * map_row * g.map_channels),
                         .b_segment = std::ptrdiff_t(columns.taps * tap_floats),
                         .b_panel = std::ptrdiff_t(rows.taps * columns.taps * tap_floats)};
    // Taps lie last first, and the last meets the earliest map pixel.
    const std::size_t skipped_rows = rows.taps - (high.least_tap + high.taps);
    const std::size_t skipped_columns = columns.taps - (wide.least_tap + wide.taps);
    const real_of<Arch>* weights = packed + (skipped_rows * columns.taps + skipped_columns) * tap_floats;
    const bool any = high.taps > 0 && wide.taps > 0; // else nothing is read, wherever it points
    const std::size_t top = any ? rows.met_by(high.first, high.least_tap + high.taps - 1) : 0;
    const std::size_t left = any ? columns.met_by(wide.first, wide.least_tap + wide.taps - 1) : 0;
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
                    maps + s * map_stride + (any ? (top + y) * map_row + fold(left + x) : 0) * g.map_channels;
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

namespace detail {

/// What convolve_transposed_wide does, from maps whose lines are folded.
template <class Arch>
void convolve_classes(const conv_geometry& g, std::size_t samples, const real_of<Arch>* maps,
                      std::size_t map_stride, const real_of<Arch>* packed,
                      const tile_epilogue<Arch>& epilogue, real_of<Arch>* images, std::size_t image_stride) {
    for_each_class(g, [&](const pixel_class& rows, const pixel_class& columns, std::size_t at) {
        for_each_zone(g, rows, columns, [&](const pixel_zone& high, const pixel_zone& wide) {
            convolve_zone<Arch>(g, rows, columns, high, wide, samples, maps, map_stride, packed + at,
                                epilogue, images, image_stride);
        });
    });
}

} // namespace detail

/// What convolve_transposed does, for images of any number of channels. `folded` has room for folded_map_floats.
template <class Arch>
STRATA_NOINLINE void convolve_transposed_wide(const conv_geometry& g, std::size_t samples,
                                              const real_of<Arch>* maps, std::size_t map_stride,
                                              const real_of<Arch>* packed,
                                              const tile_epilogue<Arch>& epilogue, real_of<Arch>* images,
                                              std::size_t image_stride, real_of<Arch>* folded) {
    const pixel_fold fold = map_fold(g);
    const bool copies = fold.step > 1; // then a sample at a time
    const std::size_t line = g.map_width * g.map_channels;
    const std::size_t together = copies ? 1 : samples;
    for (std::size_t s = 0; s < samples; s += together) {
        const real_of<Arch>* map = maps + s * map_stride;
        if (copies) {
            for (std::size_t y = 0; y < g.map_height; ++y)
                fold.copy(map + y * line, g.map_width, g.map_channels, 0,
                          folded + y * fold.pixels() * g.map_channels);
            map = folded;
        }
        detail::convolve_classes<Arch>(g, together, map, map_stride, packed, epilogue,
                                       images + s * image_stride, image_stride);
    }
}

/// Floats of scratch that convolve_transposed needs.
constexpr std::size_t convolve_transposed_scratch(const conv_geometry& g) {
    return narrow(g) ? packed_narrow_floats(g) : packed_wide_floats(g) + folded_map_floats(g);
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
        convolve_transposed_wide<Arch>(G, samples, maps, map_stride, scratch, epilogue, images, image_stride,
                                       scratch + packed_wide_floats(G));
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
