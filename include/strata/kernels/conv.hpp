// Convolution as a product of register tiles, with no copy of the windows.
//
// One geometry serves it, its transpose and its weight gradient. A convolution maps an image to a (feature)
// map; a transposed convolution maps the map to the image. The weights are a matrix whose rows are (kernel
// row, kernel column, image channel) and whose columns are the map's channels, in panels of 16 (see
// gemm.hpp). Images and maps are height x width x channels.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/gemm.hpp"
#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

struct conv_geometry {
    std::size_t image_height, image_width, image_channels;
    std::size_t map_height, map_width, map_channels;
    std::size_t kernel_height, kernel_width;
    std::size_t stride_y, stride_x;
    std::size_t pad_top, pad_left;

    /// The part of the plane that the windows cover, in the image's pixels; the image lies in it at (pad_top,
    /// pad_left) and may reach beyond it.
    [[nodiscard]] constexpr std::size_t canvas_height() const {
        return (map_height - 1) * stride_y + kernel_height;
    }
    [[nodiscard]] constexpr std::size_t canvas_width() const {
        return (map_width - 1) * stride_x + kernel_width;
    }
    [[nodiscard]] constexpr std::size_t canvas_floats() const {
        return canvas_height() * canvas_width() * image_channels;
    }
    /// Whether the windows stay inside the image, so that it can be read where it lies.
    [[nodiscard]] constexpr bool inside() const {
        return pad_top == 0 && pad_left == 0 && canvas_height() <= image_height &&
               canvas_width() <= image_width;
    }
    [[nodiscard]] constexpr std::size_t map_pixels() const { return map_height * map_width; }
    [[nodiscard]] constexpr std::size_t window_row() const { return kernel_width * image_channels; }
    [[nodiscard]] constexpr std::size_t window() const { return kernel_height * window_row(); }
};

/// An image as windows see it: where its first window starts, and the distance between pixel rows.
template <class Real>
struct canvas_view {
    const Real* data;
    std::size_t row_stride;
};

/// The rows and columns that image and canvas share.
struct overlap {
    std::size_t height, width;
    constexpr explicit overlap(const conv_geometry& g)
        : height{std::min(g.image_height, g.canvas_height() - std::min(g.canvas_height(), g.pad_top))},
          width{std::min(g.image_width, g.canvas_width() - std::min(g.canvas_width(), g.pad_left))} {}
};

constexpr std::size_t convolve_scratch(const conv_geometry& g) { return g.inside() ? 0 : g.canvas_floats(); }

/// Zeros all of a canvas, once for all the images that are placed on it.
template <class Real>
void clear_canvas(const conv_geometry& g, Real* scratch) {
    std::fill_n(scratch, convolve_scratch(g), 0.0f);
}

/// The image on its canvas: itself if the windows stay inside it, else a copy in `scratch` among the zeros of
/// clear_canvas.
template <class Real>
canvas_view<Real> place_on_canvas(const conv_geometry& g, const Real* image,
                                  std::type_identity_t<Real>* scratch) {
    if (g.inside()) return {image, g.image_width * g.image_channels};
    const std::size_t row = g.canvas_width() * g.image_channels;
    const overlap shared{g};
    for (std::size_t y = 0; y < shared.height; ++y)
        std::copy_n(image + y * g.image_width * g.image_channels, shared.width * g.image_channels,
                    scratch + (y + g.pad_top) * row + g.pad_left * g.image_channels);
    return {scratch, row};
}

/// Where the windows of `count` map pixels start, from pixel `first` on.
template <class Real>
void place_windows(const conv_geometry& g, const canvas_view<Real>& canvas, std::size_t first,
                   std::size_t count, const Real** windows) {
    const std::size_t step = g.stride_x * g.image_channels;
    std::size_t y = first / g.map_width;
    std::size_t x = first % g.map_width;
    for (std::size_t done = 0; done < count; ++y, x = 0) {
        const std::size_t run = std::min(g.map_width - x, count - done);
        const Real* const start = canvas.data + y * g.stride_y * canvas.row_stride + x * step;
        point_at_rows(run, windows + done, start, step);
        done += run;
    }
}

/// maps = images * w for every sample; `epilogue` says what is added and what is stored. Distances between
/// samples are in floats.
template <class Arch>
STRATA_NOINLINE void convolve(const conv_geometry& g, std::size_t samples, const real_of<Arch>* images,
                              std::size_t image_stride, const real_of<Arch>* w,
                              const tile_epilogue<Arch>& epilogue, real_of<Arch>* maps,
                              std::size_t map_stride, real_of<Arch>* scratch) {
    clear_canvas(g, scratch);
    for (std::size_t s = 0; s < samples; ++s) {
        const canvas_view<real_of<Arch>> canvas = place_on_canvas(g, images + s * image_stride, scratch);
        real_of<Arch>* const map = maps + s * map_stride;
        const tile_walk walk{.segments = g.kernel_height,
                             .length = g.window_row(),
                             .a_segment = std::ptrdiff_t(canvas.row_stride),
                             .b_segment = std::ptrdiff_t(g.window_row() * panel),
                             .b_panel = std::ptrdiff_t(g.window() * panel)};
        for_each_strip(g.map_pixels(), [&](std::size_t first, std::size_t count) {
            const real_of<Arch>* a[strip_rows];
            real_of<Arch>* c[strip_rows];
            place_windows(g, canvas, first, count, a);
            point_at_rows(count, c, map + first * g.map_channels, g.map_channels);
            multiply_rows<Arch>(count, walk, a, w, epilogue, c, g.map_channels);
        });
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
