// The weight gradient of a convolution: windows times map gradient, summed over pixels and samples.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// The lines of its canvas are not folded: along the map's pixels, each weight meets pixels of one distance.
constexpr pixel_fold unfolded(const conv_geometry& g) { return {g.canvas_width(), 1}; }

/// Floats of scratch that convolve_weight_gradient needs.
constexpr std::size_t convolve_weight_gradient_scratch(const conv_geometry& g) {
    const std::size_t map = g.map_channels % panel == 0 ? 0 : g.map_pixels() * whole_panels(g.map_channels);
    return whole_panels(canvas_scratch(g, unfolded(g))) + map;
}

/// w_gradient (+)= the sum over samples of windows(image)^T map_gradient. Distances between samples are in
/// floats. Samples that can be read where they lie go by while the sums of a strip stay in the first cache;
/// others are laid out one at a time.
template <class Arch>
STRATA_NOINLINE void
convolve_weight_gradient(const conv_geometry& g, std::size_t samples, const real_of<Arch>* images,
                         std::size_t image_stride, const real_of<Arch>* map_gradients, std::size_t map_stride,
                         bool accumulate, real_of<Arch>* w_gradient, real_of<Arch>* scratch) {
    const std::size_t channels = whole_panels(g.map_channels);
    real_of<Arch>* const spread = scratch + whole_panels(canvas_scratch(g, unfolded(g)));
    if (samples == 0 && !accumulate) std::fill_n(w_gradient, g.window() * channels, 0.0f);
    clear_canvas(g, unfolded(g), scratch);
    const std::size_t together = g.inside() && channels == g.map_channels ? samples : 1;
    for (std::size_t done = 0; done < samples; done += together) {
        const canvas_view<real_of<Arch>> canvas =
            place_on_canvas(g, unfolded(g), images + done * image_stride, scratch);
        const real_of<Arch>* maps = map_gradients + done * map_stride;
        if (channels != g.map_channels) {
            // Pixels that are no whole panels are spread out, so that a tile's extra columns meet zeros.
            for (std::size_t p = 0; p < g.map_pixels(); ++p) {
                real_of<Arch>* to = spread + p * channels;
                std::copy_n(maps + p * g.map_channels, g.map_channels, to);
                std::fill_n(to + g.map_channels, channels - g.map_channels, 0.0f);
            }
            maps = spread;
        }
        const tile_walk walk{.segments = g.map_height,
                             .length = g.map_width,
                             .a_step = std::ptrdiff_t(g.stride_x * g.image_channels),
                             .a_segment = std::ptrdiff_t(g.stride_y * canvas.row_stride),
                             .b_step = std::ptrdiff_t(channels),
                             .b_segment = std::ptrdiff_t(g.map_width * channels),
                             .b_panel = panel};
        for_each_strip(g.window(), [&](std::size_t first, std::size_t count) {
            const real_of<Arch>* a[strip_rows];
            real_of<Arch>* c[strip_rows];
            // Weights of one row of the kernel, or of one tap if it is dilated, meet floats side by side.
            const std::size_t piece = g.dilation_x == 1 ? g.window_row() : g.image_channels;
            const std::size_t pieces = g.window_row() / piece; // of a row
            std::size_t k = first / piece;
            std::size_t x = first % piece;
            for (std::size_t placed = 0; placed < count; ++k, x = 0) {
                const std::size_t run = std::min(piece - x, count - placed);
                const real_of<Arch>* const start = canvas.data +
                                                   k / pieces * g.dilation_y * canvas.row_stride +
                                                   k % pieces * g.dilation_x * g.image_channels + x;
                point_at_rows(run, a + placed, start, 1);
                placed += run;
            }
            point_at_rows(count, c, w_gradient + first * panel, panel);
            for (std::size_t s = 0; s < together; ++s) {
                if (s > 0) move_rows(count, a, image_stride);
                multiply_rows<Arch>(
                    count, walk, a, maps + s * map_stride,
                    {.accumulate = accumulate || done + s > 0, .c_panel = std::ptrdiff_t(g.window() * panel)},
                    c, channels);
            }
        });
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
