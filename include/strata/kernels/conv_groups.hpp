// Grouped convolution where groups are large: each is a convolution of its own, on a copy of its channels.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv_channels.hpp"
#include "strata/kernels/conv_channels_gradient.hpp"
#include "strata/kernels/conv_gradient.hpp"
#include "strata/kernels/conv_transpose.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

/// Copies `channels` floats of every pixel.
template <class Real>
void copy_channels(std::size_t pixels, std::size_t channels, const Real* from, std::size_t from_pixel,
                   Real* to, std::size_t to_pixel) {
    for (std::size_t p = 0; p < pixels; ++p) std::copy_n(from + p * from_pixel, channels, to + p * to_pixel);
}

constexpr std::size_t image_pixels(const conv_geometry& g) { return g.image_height * g.image_width; }
constexpr std::size_t group_weights(const conv_geometry& g) {
    return g.window() * whole_panels(g.map_channels);
}

/// Blocks in scratch, one after another: weights and biases of a group, its image, its map, and what is left for the
/// convolution itself.
template <class Real>
struct group_blocks {
    Real* weights;
    Real* bias;
    Real* image;
    Real* map;
    Real* rest;

    group_blocks(const conv_geometry& g, Real* scratch)
        : weights{scratch},
          bias{weights + group_weights(g)},
          image{bias + whole_panels(g.map_channels)},
          map{image + whole_panels(image_pixels(g) * g.image_channels)},
          rest{map + whole_panels(g.map_pixels() * g.map_channels)} {}
};
constexpr std::size_t group_blocks_floats(const conv_geometry& g) {
    return group_weights(g) + whole_panels(g.map_channels) +
           whole_panels(image_pixels(g) * g.image_channels) + whole_panels(g.map_pixels() * g.map_channels);
}

/// Calls f(float of the group's matrix, float of the whole matrix) for the weights of a group.
template <class Function>
void for_each_weight(const conv_geometry& g, std::size_t group, const Function& f) {
    for (std::size_t m = 0; m < g.map_channels; ++m) {
        const std::size_t column = group * g.map_channels + m;
        for (std::size_t r = 0; r < g.window(); ++r)
            f((m / panel * g.window() + r) * panel + m % panel,
              (column / panel * g.window() + r) * panel + column % panel);
    }
}

/// The group's columns of the weights: where they lie if they are whole panels, else copied to `packed`.
template <class Real>
const Real* weights_of_group(const conv_geometry& g, std::size_t group, const Real* w, Real* packed) {
    if (g.map_channels % panel == 0) return w + group * g.map_channels * g.window();
    std::fill_n(packed, group_weights(g), Real(0));
    for_each_weight(g, group, [&](std::size_t to, std::size_t from) { packed[to] = w[from]; });
    return packed;
}

} // namespace detail

/// Floats of scratch that convolve_groups and its gradients need.
constexpr std::size_t convolve_groups_scratch(const conv_groups& c) {
    if (c.small()) return std::max(convolve_channels_scratch(c), convolve_channels_transposed_scratch(c));
    const conv_geometry& g = c.group;
    return detail::group_blocks_floats(g) +
           std::max({convolve_scratch(g), convolve_weight_gradient_scratch(g),
                     packed_wide_floats(g) + folded_map_floats(g)});
}

/// maps = images * w, group by group, with a bias and through a relu if wanted. Distances between samples are in floats.
template <class Arch>
STRATA_NOINLINE void convolve_groups(const conv_groups& c, std::size_t samples, const real_of<Arch>* images,
                                     std::size_t image_stride, const real_of<Arch>* w,
                                     const real_of<Arch>* bias, bool relu, real_of<Arch>* maps,
                                     std::size_t map_stride, real_of<Arch>* scratch) {
    if (c.small())
        return convolve_channels<Arch>(c, samples, images, image_stride, w, bias, relu, maps, map_stride,
                                       scratch);
    const conv_geometry& g = c.group;
    const detail::group_blocks<real_of<Arch>> at(g, scratch);
    std::fill_n(at.bias, whole_panels(g.map_channels), real_of<Arch>(0));
    for (std::size_t group = 0; group < c.groups; ++group) {
        const real_of<Arch>* const own = detail::weights_of_group(g, group, w, at.weights);
        if (bias != nullptr) std::copy_n(bias + group * g.map_channels, g.map_channels, at.bias);
        for (std::size_t s = 0; s < samples; ++s) {
            detail::copy_channels(detail::image_pixels(g), g.image_channels,
                                  images + s * image_stride + group * g.image_channels, c.image_channels(),
                                  at.image, g.image_channels);
            convolve<Arch>(g, 1, at.image, 0, own, {.bias = at.bias, .relu = relu}, at.map, 0, at.rest);
            detail::copy_channels(g.map_pixels(), g.map_channels, static_cast<const real_of<Arch>*>(at.map),
                                  g.map_channels, maps + s * map_stride + group * g.map_channels,
                                  c.map_channels());
        }
    }
}

/// images = maps * w^T, group by group.
template <class Arch>
STRATA_NOINLINE void convolve_groups_transposed(const conv_groups& c, std::size_t samples,
                                                const real_of<Arch>* maps, std::size_t map_stride,
                                                const real_of<Arch>* w, real_of<Arch>* images,
                                                std::size_t image_stride, real_of<Arch>* scratch) {
    if (c.small())
        return convolve_channels_transposed<Arch>(c, samples, maps, map_stride, w, images, image_stride,
                                                  scratch);
    const conv_geometry& g = c.group;
    const detail::group_blocks<real_of<Arch>> at(g, scratch);
    real_of<Arch>* const folded = at.rest + packed_wide_floats(g);
    for (std::size_t group = 0; group < c.groups; ++group) {
        pack_wide_weights<Arch>(g, detail::weights_of_group(g, group, w, at.weights), at.rest);
        for (std::size_t s = 0; s < samples; ++s) {
            detail::copy_channels(g.map_pixels(), g.map_channels,
                                  maps + s * map_stride + group * g.map_channels, c.map_channels(), at.map,
                                  g.map_channels);
            convolve_transposed_wide<Arch>(g, 1, at.map, 0, at.rest, {}, at.image, 0, folded);
            detail::copy_channels(detail::image_pixels(g), g.image_channels,
                                  static_cast<const real_of<Arch>*>(at.image), g.image_channels,
                                  images + s * image_stride + group * g.image_channels, c.image_channels());
        }
    }
}

/// w_gradient (+)= the sum over samples and pixels of what each weight meets, group by group.
template <class Arch>
STRATA_NOINLINE void convolve_groups_weight_gradient(const conv_groups& c, std::size_t samples,
                                                     const real_of<Arch>* images, std::size_t image_stride,
                                                     const real_of<Arch>* map_gradients,
                                                     std::size_t map_stride, bool accumulate,
                                                     real_of<Arch>* w_gradient, real_of<Arch>* scratch) {
    if (c.small())
        return convolve_channels_weight_gradient<Arch>(c, samples, images, image_stride, map_gradients,
                                                       map_stride, accumulate, w_gradient, scratch);
    const conv_geometry& g = c.group;
    const detail::group_blocks<real_of<Arch>> at(g, scratch);
    const bool whole = g.map_channels % panel == 0;
    if (!whole && !accumulate)
        std::fill_n(w_gradient, g.window() * whole_panels(c.map_channels()), real_of<Arch>(0));
    for (std::size_t group = 0; group < c.groups; ++group) {
        real_of<Arch>* const own = whole ? w_gradient + group * g.map_channels * g.window() : at.weights;
        if (samples == 0 && (!whole || !accumulate))
            std::fill_n(own, detail::group_weights(g), real_of<Arch>(0));
        for (std::size_t s = 0; s < samples; ++s) {
            detail::copy_channels(detail::image_pixels(g), g.image_channels,
                                  images + s * image_stride + group * g.image_channels, c.image_channels(),
                                  at.image, g.image_channels);
            detail::copy_channels(g.map_pixels(), g.map_channels,
                                  map_gradients + s * map_stride + group * g.map_channels, c.map_channels(),
                                  at.map, g.map_channels);
            convolve_weight_gradient<Arch>(g, 1, at.image, 0, at.map, 0, s > 0 || (whole && accumulate), own,
                                           at.rest);
        }
        if (!whole)
            detail::for_each_weight(g, group,
                                    [&](std::size_t from, std::size_t to) { w_gradient[to] += own[from]; });
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
