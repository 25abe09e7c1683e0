// Geometries that convolutions are tested on, the one scalar loop that says what convolution, its transpose
// and its weight gradient are, and what a transposed convolution is held against.
#pragma once

#include "strata/kernels/conv.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

namespace reference {

using strata::kernels::conv_geometry;

/// How image and windows lie on each other.
enum class placement {
    inside,  ///< as many windows as fit: a stride may leave pixels uncovered
    rounded, ///< zeros around so that ceil(image / stride) windows fit, the odd zero after
    beyond,  ///< windows at every pixel of theirs that touches the image: padding of kernel - 1 on both sides
    far,     ///< padding of a kernel on both sides: the first windows lie beside the image
    shifted  ///< more padding before the image than after, and pixels behind the last window
};

struct axis {
    std::size_t map, pad;
};

constexpr axis place(placement how, std::size_t image, std::size_t kernel, std::size_t stride) {
    switch (how) {
    case placement::inside: return {image < kernel ? 0 : (image - kernel) / stride + 1, 0};
    case placement::rounded: {
        const std::size_t map = (image + stride - 1) / stride;
        const std::size_t reach = (map - 1) * stride + kernel;
        return {map, reach > image ? (reach - image) / 2 : 0};
    }
    case placement::beyond: return {(image + kernel - 2) / stride + 1, kernel - 1};
    case placement::far: return {(image + kernel) / stride + 1, kernel};
    case placement::shifted: return {(image + stride - 1) / stride, kernel / 2};
    }
    return {};
}

/// Calls f(geometry, number) for every combination of kernel, stride, image, channels and placement that
/// leaves a map.
template <class Function>
void for_each_convolution(const Function& f) {
    struct pair {
        std::size_t y, x;
    };
    struct channels {
        std::size_t image, map;
    };
    constexpr pair kernels[] = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {1, 3}, {4, 2}, {3, 1}};
    constexpr pair strides[] = {{1, 1}, {2, 2}, {3, 3}, {1, 2}, {3, 1}};
    constexpr pair dilations[] = {{1, 1}, {2, 3}, {4, 1}, {1, 2}};
    constexpr pair images[] = {{1, 1}, {7, 6}, {2, 9}};
    constexpr channels depths[] = {{1, 1}, {1, 16}, {3, 17}, {16, 3}, {17, 16}, {32, 1}, {15, 33}};
    unsigned number = 0;
    for (const pair kernel : kernels)
        for (const pair stride : strides)
            for (const pair image : images)
                for (const placement how : {placement::inside, placement::rounded, placement::beyond,
                                            placement::far, placement::shifted})
                    for (const channels depth : depths)
                        for (const pair dilation : dilations) {
                            if (dilation.y > 1 && kernel.y == 1 && (dilation.x == 1 || kernel.x == 1))
                                continue;
                            const axis y = place(how, image.y, (kernel.y - 1) * dilation.y + 1, stride.y);
                            const axis x = place(how, image.x, (kernel.x - 1) * dilation.x + 1, stride.x);
                            if (y.map == 0 || x.map == 0) continue;
                            const conv_geometry g{.image_height = image.y,
                                                  .image_width = image.x,
                                                  .image_channels = depth.image,
                                                  .map_height = y.map,
                                                  .map_width = x.map,
                                                  .map_channels = depth.map,
                                                  .kernel_height = kernel.y,
                                                  .kernel_width = kernel.x,
                                                  .stride_y = stride.y,
                                                  .stride_x = stride.x,
                                                  .pad_top = y.pad,
                                                  .pad_left = x.pad,
                                                  .dilation_y = dilation.y,
                                                  .dilation_x = dilation.x};
                            INFO("image " << image.y << "x" << image.x << "x" << depth.image << ", map "
                                          << y.map << "x" << x.map << "x" << depth.map << ", kernel "
                                          << kernel.y << "x" << kernel.x << ", stride " << stride.y << "x"
                                          << stride.x << ", dilation " << dilation.y << "x" << dilation.x
                                          << ", padding " << y.pad << "x" << x.pad);
                            f(g, number++);
                        }
}

inline std::size_t image_floats(const conv_geometry& g) {
    return g.image_height * g.image_width * g.image_channels;
}
inline std::size_t map_floats(const conv_geometry& g) { return g.map_height * g.map_width * g.map_channels; }
inline std::size_t window_floats(const conv_geometry& g) {
    return g.kernel_height * g.kernel_width * g.image_channels;
}

/// Calls f(geometry, number) for kernels of 3 x 3 at every pixel over images of all sides from 1 to 9, around the widths of
/// vectors and panels, with every placement that leaves a map.
template <class Function>
void for_each_3x3_convolution(const Function& f) {
    struct channels {
        std::size_t image, map;
    };
    constexpr channels depths[] = {{16, 16}, {17, 31}, {33, 32}, {64, 17}, {31, 64}, {32, 33}};
    unsigned number = 0;
    for (std::size_t height = 1; height <= 9; ++height)
        for (const std::size_t width : {height, height * 4 % 10 + 1})
            for (const placement how :
                 {placement::inside, placement::rounded, placement::beyond, placement::far}) {
                const channels depth = depths[number % std::size(depths)];
                const axis y = place(how, height, 3, 1);
                const axis x = place(how, width, 3, 1);
                if (y.map == 0 || x.map == 0) continue;
                const conv_geometry g{.image_height = height,
                                      .image_width = width,
                                      .image_channels = depth.image,
                                      .map_height = y.map,
                                      .map_width = x.map,
                                      .map_channels = depth.map,
                                      .kernel_height = 3,
                                      .kernel_width = 3,
                                      .stride_y = 1,
                                      .stride_x = 1,
                                      .pad_top = y.pad,
                                      .pad_left = x.pad};
                INFO("image " << height << "x" << width << "x" << depth.image << ", map " << y.map << "x"
                              << x.map << "x" << depth.map << ", padding " << y.pad << "x" << x.pad);
                f(g, number++);
            }
}

/// 3 x 3 kernels at every pixel of square images, `padding` zeros around.
constexpr conv_geometry convolution_3x3(std::size_t side, std::size_t image_channels,
                                        std::size_t map_channels, std::size_t padding = 1) {
    const std::size_t map = side + 2 * padding - 2;
    return {.image_height = side,
            .image_width = side,
            .image_channels = image_channels,
            .map_height = map,
            .map_width = map,
            .map_channels = map_channels,
            .kernel_height = 3,
            .kernel_width = 3,
            .stride_y = 1,
            .stride_x = 1,
            .pad_top = padding,
            .pad_left = padding};
}

/// What a sum of numbers from [-1, 1] may be off by when Winograd's convolution makes it over so many channels: a value of a
/// tile is a sum of 4 of them, a transformed weight is at most 9 / 4, 9 products make a pixel, and each is a sum of as many
/// roundings as there are channels.
constexpr double winograd_tolerance(std::size_t channels) {
    const auto terms = static_cast<double>(channels);
    return (terms + 10) * rounding * terms * 4 * 9 / 4 * 9;
}

/// Calls f(image index, weight row, weight column, map index) for every product that the convolution of one
/// sample is made of: image and weight make map; map and weight make its transpose; image and map gradient
/// its weight gradient.
template <class Function>
void for_each_product(const conv_geometry& g, const Function& f) {
    for (std::size_t y = 0; y < g.map_height; ++y)
        for (std::size_t x = 0; x < g.map_width; ++x)
            for (std::size_t ky = 0; ky < g.kernel_height; ++ky)
                for (std::size_t kx = 0; kx < g.kernel_width; ++kx) {
                    const std::size_t image_y =
                        y * g.stride_y + ky * g.dilation_y - g.pad_top; // wraps around above it
                    const std::size_t image_x = x * g.stride_x + kx * g.dilation_x - g.pad_left;
                    if (image_y >= g.image_height || image_x >= g.image_width) continue;
                    for (std::size_t c = 0; c < g.image_channels; ++c)
                        for (std::size_t m = 0; m < g.map_channels; ++m)
                            f((image_y * g.image_width + image_x) * g.image_channels + c,
                              (ky * g.kernel_width + kx) * g.image_channels + c, m,
                              (y * g.map_width + x) * g.map_channels + m);
                }
}

/// Runs convolve(maps, map_stride, w, epilogue, images, image_stride), a transposed convolution, on random
/// numbers, and compares it with the loop, to the error of sums in any order or to that given.
template <class Convolve>
void check_transposed(const conv_geometry& g, std::size_t samples, bool biased, bool relu, bool masked,
                      unsigned number, const Convolve& convolve, double tolerance = 0) {
    const std::size_t map_stride = map_floats(g) + number % 4;
    const rows_of_floats maps{samples, map_floats(g), map_stride, number};
    const panelled_matrix w{window_floats(g), g.map_channels, number + 1};
    const panelled_matrix bias{1, g.image_channels, number + 2};
    const std::size_t image_stride = image_floats(g) + number % 5;
    output images{(masked ? 2 : 1) * samples * image_stride, number % 16};
    for (std::size_t s = 0; s < samples; ++s) {
        std::vector<sum> sums(image_floats(g));
        if (biased)
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(bias(0, i % g.image_channels));
        for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
            sums[pixel].add(maps(s, at), w(row, column));
        });
        for (std::size_t i = 0; i < sums.size(); ++i)
            images.expect(s * image_stride + i, relu ? std::max(0.0, sums[i].value()) : sums[i].value(),
                          tolerance != 0 ? tolerance : sums[i].tolerance());
    }
    const strata::kernels::tile_epilogue<strata::arch> epilogue{
        .bias = biased ? bias.data() : nullptr,
        .relu = relu,
        .relu_mask = masked ? images.mask_distance(number) : 0};
    convolve(maps.data(), map_stride, w.data(), epilogue, images.data(), image_stride);
    CHECK(images.wrong() == "");
}

} // namespace reference
