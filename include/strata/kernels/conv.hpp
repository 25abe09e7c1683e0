// Convolution, its transpose and its weight gradient, as products of register tiles with no copy of the
// windows.
//
// One geometry serves all of them. A convolution maps an image to a (feature) map; a transposed convolution
// maps the map to the image. The weights are a matrix whose rows are (kernel row, kernel column, image
// channel) and whose columns are the map's channels, in panels of 16 (see gemm.hpp). Images and maps are
// height x width x channels.
#pragma once

#include "strata/kernels/gemm.hpp"
#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::kernels {

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
    /// Whether a pixel of the image is whole panels, so that tiles can add to it directly.
    [[nodiscard]] constexpr bool image_in_panels() const { return image_channels % panel == 0; }
};

/// An image as windows see it: where its first window starts, and the distance between pixel rows.
struct canvas_view {
    const float* data;
    std::size_t row_stride;
};

/// The rows and columns that image and canvas share.
struct overlap {
    std::size_t height, width;
    constexpr explicit overlap(const conv_geometry& g)
        : height{std::min(g.image_height, g.canvas_height() - std::min(g.canvas_height(), g.pad_top))},
          width{std::min(g.image_width, g.canvas_width() - std::min(g.canvas_width(), g.pad_left))} {}
};

/// The image on its canvas: itself if the windows stay inside it, else a copy in `scratch` with zeros around.
inline canvas_view place_on_canvas(const conv_geometry& g, const float* image, float* scratch) {
    if (g.inside()) return {image, g.image_width * g.image_channels};
    const std::size_t row = g.canvas_width() * g.image_channels;
    const overlap shared{g};
    std::fill_n(scratch, g.canvas_floats(), 0.0f);
    for (std::size_t y = 0; y < shared.height; ++y)
        std::copy_n(image + y * g.image_width * g.image_channels, shared.width * g.image_channels,
                    scratch + (y + g.pad_top) * row + g.pad_left * g.image_channels);
    return {scratch, row};
}

/// Offsets, in floats, of the window of each of `count` map pixels from pixel `first` on.
inline void window_offsets(const conv_geometry& g, std::size_t row_stride, std::size_t first,
                           std::size_t count, std::size_t* offsets) {
    std::size_t y = first / g.map_width;
    std::size_t x = first % g.map_width;
    for (std::size_t r = 0; r < count; ++r) {
        offsets[r] = y * g.stride_y * row_stride + x * g.stride_x * g.image_channels;
        if (++x == g.map_width) {
            x = 0;
            ++y;
        }
    }
}

constexpr std::size_t convolve_scratch(const conv_geometry& g) { return g.inside() ? 0 : g.canvas_floats(); }

/// map = max(floor, image * w + bias) for one image.
template <class Arch>
[[gnu::noinline]] void convolve(const conv_geometry& g, const float* image, const float* w, const float* bias,
                                float floor, float* map, float* scratch) {
    const canvas_view canvas = place_on_canvas(g, image, scratch);
    const tile_walk walk{.segments = g.kernel_height,
                         .length = g.window_row(),
                         .a_segment = std::ptrdiff_t(canvas.row_stride),
                         .b_segment = std::ptrdiff_t(g.window_row() * panel),
                         .b_panel = std::ptrdiff_t(g.window() * panel)};
    const tile_target target{.bias = bias, .floor = floor};
    for_each_tile<Arch>(g.map_pixels(), [&](std::size_t first, std::size_t count) {
        std::size_t offset[tile_rows<Arch>];
        window_offsets(g, canvas.row_stride, first, count, offset);
        const float* a[tile_rows<Arch>]{};
        float* c[tile_rows<Arch>]{};
        for (std::size_t r = 0; r < count; ++r) {
            a[r] = canvas.data + offset[r];
            c[r] = map + (first + r) * g.map_channels;
        }
        multiply_rows<Arch>(count, walk, a, w, target, c, g.map_channels);
    });
}

constexpr std::size_t turned_weights(const conv_geometry& g) {
    return whole_panels(g.window()) * whole_panels(g.map_channels);
}

/// The weights with rows and columns exchanged, as convolve_transposed wants them: once per call of a layer,
/// shared by all its samples. `turned` holds turned_weights(g) floats.
template <class Arch>
[[gnu::noinline]] void turn_weights(const conv_geometry& g, const float* w, float* turned) {
    const std::size_t channels = whole_panels(g.map_channels);
    if (g.window() % panel != 0) std::fill_n(turned, turned_weights(g), 0.0f);
    for (std::size_t from = 0; from < g.map_channels; from += panel)
        for (std::size_t row = 0; row < g.window(); row += panel)
            transpose<Arch>(w + (from * g.window() + row * panel), panel, std::min(panel, g.window() - row),
                            panel, turned + row * channels + from * panel, panel);
}

constexpr std::size_t convolve_transposed_scratch(const conv_geometry& g) {
    return padded(g.canvas_floats()) + (g.image_in_panels() ? 0 : g.map_pixels() * whole_panels(g.window()));
}

/// The part of a canvas that is the image, through max(floor, value + bias); what no window covers is bias
/// alone.
template <class Arch>
[[gnu::noinline]] void crop_canvas(const conv_geometry& g, const float* canvas, const float* bias,
                                   float floor, float* image) {
    const std::size_t row = g.canvas_width() * g.image_channels;
    const overlap shared{g};
    for (std::size_t y = 0; y < g.image_height; ++y) {
        float* out = image + y * g.image_width * g.image_channels;
        const std::size_t covered = y < shared.height ? shared.width * g.image_channels : 0;
        if (covered != 0)
            std::copy_n(canvas + (y + g.pad_top) * row + g.pad_left * g.image_channels, covered, out);
        std::fill(out + covered, out + g.image_width * g.image_channels, 0.0f);
        if (bias == nullptr) continue;
        if (g.image_channels == 1) {
            transform<Arch>(
                g.image_width, out,
                [&](const auto& v) { return xsimd::max(vec<Arch>(floor), v + vec<Arch>(bias[0])); },
                static_cast<const float*>(out));
        } else {
            for (std::size_t x = 0; x < g.image_width; ++x)
                transform<Arch>(
                    g.image_channels, out + x * g.image_channels,
                    [&](const auto& v, const auto& b) { return xsimd::max(vec<Arch>(floor), v + b); },
                    static_cast<const float*>(out + x * g.image_channels), bias);
        }
    }
}

/// image = max(floor, map * w^T + bias) for one map: every map pixel adds its window to the canvas. `bias`
/// may be null, and then there is no floor either. No zero is ever multiplied, whatever the stride.
template <class Arch>
[[gnu::noinline]] void convolve_transposed(const conv_geometry& g, const float* map, const float* turned,
                                           const float* bias, float floor, float* image, float* scratch) {
    float* canvas = scratch;
    float* windows = scratch + padded(g.canvas_floats());
    const std::size_t row_stride = g.canvas_width() * g.image_channels;
    const std::size_t channels = whole_panels(g.map_channels);
    const tile_walk walk{.length = g.map_channels, .b_panel = std::ptrdiff_t(channels * panel)};
    std::fill_n(canvas, g.canvas_floats(), 0.0f);
    for_each_tile<Arch>(g.map_pixels(), [&](std::size_t first, std::size_t count) {
        std::size_t offset[tile_rows<Arch>];
        window_offsets(g, row_stride, first, count, offset);
        const float* a[tile_rows<Arch>]{};
        float* c[tile_rows<Arch>]{};
        for (std::size_t r = 0; r < count; ++r) a[r] = map + (first + r) * g.map_channels;
        if (g.image_in_panels()) {
            for (std::size_t ky = 0; ky < g.kernel_height; ++ky)
                for (std::size_t kx = 0; kx < g.kernel_width; ++kx) {
                    const std::size_t tap = ky * g.kernel_width + kx;
                    for (std::size_t r = 0; r < count; ++r)
                        c[r] = canvas + offset[r] + ky * row_stride + kx * g.image_channels;
                    multiply_rows<Arch>(count, walk, a, turned + tap * g.image_channels * channels,
                                        {.accumulate = true}, c, g.image_channels);
                }
        } else {
            const std::size_t window = whole_panels(g.window());
            for (std::size_t r = 0; r < count; ++r) c[r] = windows + r * window;
            multiply_rows<Arch>(count, walk, a, turned, {}, c, g.window());
            for (std::size_t r = 0; r < count; ++r)
                for (std::size_t ky = 0; ky < g.kernel_height; ++ky) {
                    float* to = canvas + offset[r] + ky * row_stride;
                    const float* from = c[r] + ky * g.window_row();
                    for (std::size_t i = 0; i < g.window_row(); ++i) to[i] += from[i];
                }
        }
    });
    crop_canvas<Arch>(g, canvas, bias, floor, image);
}

constexpr std::size_t convolve_weight_gradient_scratch(const conv_geometry& g) {
    return padded(convolve_scratch(g)) +
           (g.map_channels % panel == 0 ? 0 : g.map_pixels() * whole_panels(g.map_channels));
}

/// w_gradient (+)= windows(image)^T map_gradient for one sample.
template <class Arch>
[[gnu::noinline]] void convolve_weight_gradient(const conv_geometry& g, const float* image,
                                                const float* map_gradient, bool accumulate, float* w_gradient,
                                                float* scratch) {
    const canvas_view canvas = place_on_canvas(g, image, scratch);
    const std::size_t channels = whole_panels(g.map_channels);
    const float* map = map_gradient;
    if (channels != g.map_channels) {
        // Pixels that are no whole panels are spread out, so that a tile's extra columns meet zeros.
        float* spread = scratch + padded(convolve_scratch(g));
        for (std::size_t p = 0; p < g.map_pixels(); ++p) {
            std::copy_n(map_gradient + p * g.map_channels, g.map_channels, spread + p * channels);
            std::fill_n(spread + p * channels + g.map_channels, channels - g.map_channels, 0.0f);
        }
        map = spread;
    }
    const tile_walk walk{.segments = g.map_height,
                         .length = g.map_width,
                         .a_step = std::ptrdiff_t(g.stride_x * g.image_channels),
                         .a_segment = std::ptrdiff_t(g.stride_y * canvas.row_stride),
                         .b_step = std::ptrdiff_t(channels),
                         .b_segment = std::ptrdiff_t(g.map_width * channels),
                         .b_panel = panel};
    const tile_target target{.accumulate = accumulate, .c_panel = std::ptrdiff_t(g.window() * panel)};
    for_each_tile<Arch>(g.window(), [&](std::size_t first, std::size_t count) {
        const float* a[tile_rows<Arch>]{};
        float* c[tile_rows<Arch>]{};
        for (std::size_t r = 0; r < count; ++r) {
            const std::size_t row = first + r;
            a[r] = canvas.data + row / g.window_row() * canvas.row_stride + row % g.window_row();
            c[r] = w_gradient + row * panel;
        }
        multiply_rows<Arch>(count, walk, a, map, target, c, channels);
    });
}

} // namespace strata::kernels
