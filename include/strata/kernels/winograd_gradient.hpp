// The gradients of Winograd's convolution: by the images it is one itself, by the weights the same steps the other way.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/winograd.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

namespace winograd {

/// The convolution by which a map's gradient becomes the image's: its taps come last first, and there are as many zeros
/// around as its windows reach beyond the map.
constexpr conv_geometry transposed(const conv_geometry& g) {
    return {.image_height = g.map_height,
            .image_width = g.map_width,
            .image_channels = g.map_channels,
            .map_height = g.image_height,
            .map_width = g.image_width,
            .map_channels = g.image_channels,
            .kernel_height = kernel_size,
            .kernel_width = kernel_size,
            .stride_y = 1,
            .stride_x = 1,
            .pad_top = kernel_size - 1 - g.pad_top,
            .pad_left = kernel_size - 1 - g.pad_left};
}

/// Whether there is such a convolution.
constexpr bool takes_transposed(const conv_geometry& g) {
    return takes(g) && g.pad_top < kernel_size && g.pad_left < kernel_size;
}

/// Taps that meet the image, summed over the pixels of one axis of the map: the direct kernel leaves out the others.
constexpr std::size_t met_taps(std::size_t image, std::size_t map, std::size_t pad) {
    std::size_t sum = 0;
    for (std::size_t tap = 0; tap < kernel_size; ++tap) {
        const std::size_t first = pad > tap ? pad - tap : 0;
        const std::size_t last = image + pad > tap ? std::min(map, image + pad - tap) : 0;
        sum += last > first ? last - first : 0;
    }
    return sum;
}

/// Whether convolve_transposed is quicker so. The direct kernel has to transpose the weights, too.
constexpr bool transposed_pays(const conv_geometry& g) {
    return takes_transposed(g) && pays(transposed(g),
                                       met_taps(g.image_height, g.map_height, g.pad_top) *
                                           met_taps(g.image_width, g.map_width, g.pad_left),
                                       2);
}

/// Whether convolve_weight_gradient is quicker so.
constexpr bool weight_gradient_pays(const conv_geometry& g) { return pays(g); }

/// Transforms some channels of `count` tiles of the map's gradient.
template <class Arch>
STRATA_NOINLINE void transform_map_gradients(const conv_geometry& g, std::size_t first, std::size_t count,
                                             std::size_t channels, const real_of<Arch>* map_gradients,
                                             std::size_t map_stride, real_of<Arch>* values,
                                             std::size_t step) {
    const std::size_t row = whole_panels(channels);
    const std::size_t map_row = g.map_width * g.map_channels;
    for_each_run(g, first, count, channels,
                 [&](std::size_t sample, std::size_t y, std::size_t x, std::size_t t, std::size_t run) {
                     transform_map_gradient<Arch>(
                         channels, run,
                         {map_gradients + sample * map_stride + y * map_row + x * g.map_channels, map_row,
                          g.map_channels, g.map_height - y, g.map_width - x},
                         values + t * row, step, row);
                 });
}

} // namespace winograd

/// Floats of scratch that convolve_transposed_winograd needs for up to so many samples.
constexpr std::size_t convolve_transposed_winograd_scratch(const conv_geometry& g, std::size_t samples) {
    return winograd::passage_scratch(winograd::transposed(g), samples);
}

/// convolve_transposed, for what winograd::takes_transposed.
template <class Arch>
void convolve_transposed_winograd(const conv_geometry& g, std::size_t samples, const real_of<Arch>* maps,
                                  std::size_t map_stride, const real_of<Arch>* w,
                                  const tile_epilogue<Arch>& epilogue, real_of<Arch>* images,
                                  std::size_t image_stride, real_of<Arch>* scratch) {
    winograd::convolve_tiles<Arch>(winograd::transposed(g), true, samples, maps, map_stride, w, epilogue,
                                   images, image_stride, scratch);
}

/// Floats of scratch that convolve_weight_gradient_winograd needs for up to so many samples.
constexpr std::size_t convolve_weight_gradient_winograd_scratch(const conv_geometry& g, std::size_t samples) {
    return winograd::passage_scratch(g, samples);
}

/// convolve_weight_gradient, for what winograd::takes.
template <class Arch>
STRATA_NOINLINE void convolve_weight_gradient_winograd(const conv_geometry& g, std::size_t samples,
                                                       const real_of<Arch>* images, std::size_t image_stride,
                                                       const real_of<Arch>* map_gradients,
                                                       std::size_t map_stride, bool accumulate,
                                                       real_of<Arch>* w_gradient, real_of<Arch>* scratch) {
    const winograd::passage p{g, samples};
    const std::size_t w_step = p.weights_step(g);
    const std::size_t values_step = p.images_step(g);
    const std::size_t values_row = whole_panels(g.image_channels);
    real_of<Arch>* const zeros = scratch;
    real_of<Arch>* const gradients = zeros + values_row;
    real_of<Arch>* const values = gradients + winograd::products * w_step;
    real_of<Arch>* const map_values = values + winograd::products * values_step;
    std::fill_n(zeros, g.image_channels, real_of<Arch>(0));
    std::size_t first = 0;
    do { // without samples once, which makes zeros
        const std::size_t held = std::min(p.held, p.all - first);
        winograd::transform_images<Arch>(g, first, held, images, image_stride, zeros, values, values_step);
        for (std::size_t column = 0; column < g.map_channels; column += p.columns) {
            const std::size_t columns = std::min(p.columns, g.map_channels - column);
            real_of<Arch>* const own = gradients + (p.in_one() ? 0 : column * g.image_channels);
            std::size_t done = 0;
            do {
                const std::size_t count = std::min(p.together, held - done);
                winograd::transform_map_gradients<Arch>(g, first + done, count, columns,
                                                        map_gradients + column, map_stride, map_values,
                                                        p.maps_step());
                for (std::size_t k = 0; k < winograd::products; ++k)
                    multiply_weight_gradient<Arch>(count, g.image_channels, columns,
                                                   values + k * values_step + done * values_row, values_row,
                                                   map_values + k * p.maps_step(), whole_panels(columns),
                                                   first + done > 0, own + k * w_step);
                done += p.together;
            } while (done < held);
            if (first + p.held >= p.all)
                winograd::transform_weight_gradients<Arch>(g, column, columns, own, w_step, accumulate,
                                                           w_gradient);
        }
        first += p.held;
    } while (first < p.all);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
