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
    std::size_t dilation_y = 1, dilation_x = 1; ///< from one tap of the kernel to the next

    /// The part of the plane that the windows cover, in the image's pixels; the image lies in it at (pad_top,
    /// pad_left) and may reach beyond it.
    [[nodiscard]] constexpr std::size_t canvas_height() const {
        return (map_height - 1) * stride_y + (kernel_height - 1) * dilation_y + 1;
    }
    [[nodiscard]] constexpr std::size_t canvas_width() const {
        return (map_width - 1) * stride_x + (kernel_width - 1) * dilation_x + 1;
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

/// A line of pixels, folded so that those `step` apart lie one after another: the first, the one `step` on, ..., then
/// the second, ... What a dilated kernel meets is then as close together as what another one meets.
struct pixel_fold {
    std::size_t step, part; ///< `step` parts of so many pixels

    constexpr pixel_fold(std::size_t pixels, std::size_t by) : step{by}, part{(pixels + by - 1) / by} {}
    [[nodiscard]] constexpr std::size_t pixels() const { return step * part; }
    /// Where pixel x lies.
    [[nodiscard]] constexpr std::size_t operator()(std::size_t x) const {
        return step == 1 ? x : x % step * part + x / step;
    }

    /// Copies `count` pixels of a line to where they lie if the first of them is pixel `at`.
    template <class Real>
    void copy(const Real* line, std::size_t count, std::size_t channels, std::size_t at, Real* folded) const {
        if (step == 1)
            std::copy_n(line, count * channels, folded + at * channels);
        else
            for (std::size_t x = 0; x < count; ++x)
                std::copy_n(line + x * channels, channels, folded + (*this)(at + x) * channels);
    }
};

/// How the lines of a canvas are folded for convolve; its weight gradient reads them as they are.
constexpr pixel_fold canvas_fold(const conv_geometry& g) { return {g.canvas_width(), g.dilation_x}; }

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

/// Floats of a canvas whose lines are folded so, if an image has to be copied to one.
constexpr std::size_t canvas_scratch(const conv_geometry& g, const pixel_fold& fold) {
    return fold.step == 1 && g.inside() ? 0 : g.canvas_height() * fold.pixels() * g.image_channels;
}
constexpr std::size_t convolve_scratch(const conv_geometry& g) { return canvas_scratch(g, canvas_fold(g)); }

/// Zeros all of a canvas, once for all the images that are placed on it.
template <class Real>
void clear_canvas(const conv_geometry& g, const pixel_fold& fold, Real* scratch) {
    std::fill_n(scratch, canvas_scratch(g, fold), 0.0f);
}

/// The image on its canvas: itself if the windows stay inside it and its lines are not folded, else a copy in `scratch`
/// among the zeros of clear_canvas.
template <class Real>
canvas_view<Real> place_on_canvas(const conv_geometry& g, const pixel_fold& fold, const Real* image,
                                  std::type_identity_t<Real>* scratch) {
    if (canvas_scratch(g, fold) == 0) return {image, g.image_width * g.image_channels};
    const std::size_t row = fold.pixels() * g.image_channels;
    const overlap shared{g};
    for (std::size_t y = 0; y < shared.height; ++y)
        fold.copy(image + y * g.image_width * g.image_channels, shared.width, g.image_channels, g.pad_left,
                  scratch + (y + g.pad_top) * row);
    return {scratch, row};
}

/// Where the windows of `count` map pixels start, from pixel `first` on.
template <class Real>
void place_windows(const conv_geometry& g, const canvas_view<Real>& canvas, std::size_t first,
                   std::size_t count, const Real** windows) {
    const pixel_fold fold = canvas_fold(g);
    std::size_t y = first / g.map_width;
    std::size_t x = first % g.map_width;
    for (std::size_t done = 0; done < count; ++y, x = 0) {
        const std::size_t run = std::min(g.map_width - x, count - done);
        const Real* const line = canvas.data + y * g.stride_y * canvas.row_stride;
        const std::size_t step = g.stride_x * g.image_channels;
        if (fold.step == 1)
            point_at_rows(run, windows + done, line + x * step, step);
        else
            for (std::size_t k = 0; k < run; ++k)
                windows[done + k] = line + fold((x + k) * g.stride_x) * g.image_channels;
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
    const pixel_fold fold = canvas_fold(g);
    clear_canvas(g, fold, scratch);
    for (std::size_t s = 0; s < samples; ++s) {
        const canvas_view<real_of<Arch>> canvas =
            place_on_canvas(g, fold, images + s * image_stride, scratch);
        real_of<Arch>* const map = maps + s * map_stride;
        const tile_walk walk{.segments = g.kernel_height,
                             .length = g.window_row(),
                             .a_segment = std::ptrdiff_t(g.dilation_y * canvas.row_stride),
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
