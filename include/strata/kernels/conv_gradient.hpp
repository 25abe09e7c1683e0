// The weight gradient of a convolution: windows times map gradient, summed over pixels and samples.
#pragma once

#include "strata/kernels/conv.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::kernels {

/// Samples that one tile goes through before its sums are stored: enough to make the stores rare, few enough
/// for their images to stay in the cache.
inline constexpr std::size_t gradient_group = 4;

/// Floats of scratch that convolve_weight_gradient needs.
constexpr std::size_t convolve_weight_gradient_scratch(const conv_geometry& g) {
    const std::size_t map = g.map_channels % panel == 0 ? 0 : g.map_pixels() * whole_panels(g.map_channels);
    return gradient_group * (whole_panels(convolve_scratch(g)) + map);
}

/// w_gradient (+)= the sum over samples of windows(image)^T map_gradient. Distances between samples are in
/// floats.
template <class Arch>
[[gnu::noinline]] void convolve_weight_gradient(const conv_geometry& g, std::size_t samples,
                                                const float* images, std::size_t image_stride,
                                                const float* map_gradients, std::size_t map_stride,
                                                bool accumulate, float* w_gradient, float* scratch) {
    const std::size_t channels = whole_panels(g.map_channels);
    const std::size_t canvas_floats = whole_panels(convolve_scratch(g));
    float* const spread = scratch + gradient_group * canvas_floats;
    const std::size_t spread_floats = g.map_pixels() * channels;
    if (samples == 0 && !accumulate) std::fill_n(w_gradient, g.window() * channels, 0.0f);
    for (std::size_t done = 0; done < samples; done += gradient_group) {
        const std::size_t now = std::min(gradient_group, samples - done);
        canvas_view canvas{};
        for (std::size_t s = now; s-- > 0;)
            canvas = place_on_canvas(g, images + (done + s) * image_stride, scratch + s * canvas_floats);
        const float* maps = map_gradients + done * map_stride;
        if (channels != g.map_channels) {
            // Pixels that are no whole panels are spread out, so that a tile's extra columns meet zeros.
            for (std::size_t s = 0; s < now; ++s)
                for (std::size_t p = 0; p < g.map_pixels(); ++p) {
                    float* to = spread + s * spread_floats + p * channels;
                    std::copy_n(maps + s * map_stride + p * g.map_channels, g.map_channels, to);
                    std::fill_n(to + g.map_channels, channels - g.map_channels, 0.0f);
                }
            maps = spread;
        }
        const tile_walk walk{.samples = now,
                             .segments = g.map_height,
                             .length = g.map_width,
                             .a_sample = std::ptrdiff_t(g.inside() ? image_stride : canvas_floats),
                             .b_sample =
                                 std::ptrdiff_t(channels != g.map_channels ? spread_floats : map_stride),
                             .a_step = std::ptrdiff_t(g.stride_x * g.image_channels),
                             .a_segment = std::ptrdiff_t(g.stride_y * canvas.row_stride),
                             .b_step = std::ptrdiff_t(channels),
                             .b_segment = std::ptrdiff_t(g.map_width * channels),
                             .b_panel = panel};
        const tile_target target{.accumulate = accumulate || done > 0,
                                 .c_panel = std::ptrdiff_t(g.window() * panel)};
        for_each_tile<Arch>(g.window(), [&](std::size_t first, std::size_t count) {
            const float* a[tile_rows<Arch>]{};
            float* c[tile_rows<Arch>]{};
            for (std::size_t r = 0; r < count; ++r) {
                const std::size_t row = first + r;
                a[r] = canvas.data + row / g.window_row() * canvas.row_stride + row % g.window_row();
                c[r] = w_gradient + row * panel;
            }
            multiply_rows<Arch>(count, walk, a, maps, target, c, channels);
        });
    }
}

} // namespace strata::kernels
