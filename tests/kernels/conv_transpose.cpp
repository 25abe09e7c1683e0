// Transposed convolution against a scalar loop, over a table of geometries.
#include "strata/kernels/conv_transpose.hpp"

#include "support/convolutions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// Runs convolve(maps, map_stride, w, finish, images, image_stride) on random numbers, and compares.
template <class Convolve>
void check_against_loop(const conv_geometry& g, std::size_t samples, bool biased, float floor, bool gated,
                        unsigned number, const Convolve& convolve) {
    const std::size_t map_stride = map_floats(g) + number % 4;
    const rows_of_floats maps{samples, map_floats(g), map_stride, number};
    const panelled_matrix w{window_floats(g), g.map_channels, number + 1};
    const panelled_matrix bias{1, g.image_channels, number + 2};
    const std::size_t image_stride = image_floats(g) + number % 5;
    output images{(gated ? 2 : 1) * samples * image_stride, number % 16};
    for (std::size_t s = 0; s < samples; ++s) {
        std::vector<sum> sums(image_floats(g));
        if (biased)
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(bias(0, i % g.image_channels));
        for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
            sums[pixel].add(maps(s, at), w(row, column));
        });
        for (std::size_t i = 0; i < sums.size(); ++i) images.expect(s * image_stride + i, sums[i], floor);
    }
    const kernels::tile_target finish{
        .bias = biased ? bias.data() : nullptr, .floor = floor, .gate = gated ? images.gate(number) : 0};
    convolve(maps.data(), map_stride, w.data(), finish, images.data(), image_stride);
    CHECK(images.wrong() == "");
}

void check_wide(const conv_geometry& g, std::size_t samples, bool biased, float floor, unsigned number,
                bool gated = false) {
    check_against_loop(g, samples, biased, floor, gated, number,
                       [&](const float* maps, std::size_t map_stride, const float* w,
                           const kernels::tile_target& finish, float* images, std::size_t image_stride) {
                           output turned{kernels::turned_wide_floats(g), 0};
                           kernels::turn_wide_weights<arch>(g, w, turned.data());
                           CHECK(turned.written_outside() == "");
                           kernels::convolve_transposed_wide<arch>(
                               g, samples, maps, map_stride, turned.data(), finish, images, image_stride);
                       });
}

TEST_CASE("convolve_transposed_wide adds up all windows of a map, with bias and lower bound") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        const float floor = number % 2 == 0 ? 0.0f : kernels::no_floor;
        check_wide(g, 1 + number % 3, number % 3 != 0, floor, number);
    });
}

TEST_CASE("behind a gate convolve_transposed_wide stores 0 where the gate is not above 0") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        check_wide(g, 1 + number % 3, false, kernels::no_floor, number, true);
    });
}

/// A geometry that is known while compiling, through convolve_transposed.
template <conv_geometry G>
void check_known(unsigned number) {
    INFO("image " << G.image_height << "x" << G.image_width << "x" << G.image_channels << ", map "
                  << G.map_height << "x" << G.map_width << "x" << G.map_channels << ", kernel "
                  << G.kernel_height << "x" << G.kernel_width << ", stride " << G.stride_y << "x"
                  << G.stride_x << ", padding " << G.pad_top << "x" << G.pad_left);
    const auto convolve = [&](std::size_t samples) {
        return [samples](const float* maps, std::size_t map_stride, const float* w,
                         const kernels::tile_target& finish, float* images, std::size_t image_stride) {
            output scratch{kernels::convolve_transposed_scratch(G), 0};
            kernels::convolve_transposed<arch, G>(samples, maps, map_stride, w, finish, images, image_stride,
                                                  scratch.data());
            CHECK(scratch.written_outside() == "");
        };
    };
    for (const std::size_t samples : sizes{0, 1, 3})
        for (const float floor : {kernels::no_floor, 0.0f})
            for (const bool biased : {false, true}) {
                check_against_loop(G, samples, biased, floor, false, number, convolve(samples));
                ++number;
            }
    check_against_loop(G, 2, false, kernels::no_floor, true, number, convolve(2));
}

/// One placement of every kind for a kernel and its stride, on images from a pixel to several tiles.
template <std::size_t Kernel, std::size_t Stride, std::size_t ImageChannels, std::size_t MapChannels>
void check_known_placements() {
    constexpr auto on = [](std::size_t height, std::size_t width, placement how) {
        const axis y = place(how, height, Kernel, Stride);
        const axis x = place(how, width, Kernel, Stride);
        return conv_geometry{.image_height = height,
                             .image_width = width,
                             .image_channels = ImageChannels,
                             .map_height = y.map,
                             .map_width = x.map,
                             .map_channels = MapChannels,
                             .kernel_height = Kernel,
                             .kernel_width = Kernel,
                             .stride_y = Stride,
                             .stride_x = Stride,
                             .pad_top = y.pad,
                             .pad_left = x.pad};
    };
    check_known<on(Kernel, 31, placement::inside)>(1);
    check_known<on(8, 28, placement::rounded)>(2);
    check_known<on(1, 1, placement::beyond)>(3);
    check_known<on(7, 10, placement::shifted)>(4);
}

TEST_CASE("convolve_transposed to images of few channels, and to one of many") {
    check_known_placements<3, 2, 1, 32>();
    check_known_placements<3, 1, 1, 16>();
    check_known_placements<2, 2, 3, 17>();
    check_known_placements<5, 3, 1, 1>();
    check_known_placements<4, 4, 2, 7>();
    check_known_placements<1, 1, 15, 33>();
    check_known_placements<3, 2, 16, 5>();
}

TEST_CASE("convolve_transposed with kernel and strides of different height and width") {
    constexpr conv_geometry flat{.image_height = 9,
                                 .image_width = 8,
                                 .image_channels = 1,
                                 .map_height = 9,
                                 .map_width = 3,
                                 .map_channels = 20,
                                 .kernel_height = 1,
                                 .kernel_width = 4,
                                 .stride_y = 1,
                                 .stride_x = 3,
                                 .pad_top = 0,
                                 .pad_left = 1};
    check_known<flat>(5);
    constexpr conv_geometry tall{.image_height = 11,
                                 .image_width = 3,
                                 .image_channels = 2,
                                 .map_height = 4,
                                 .map_width = 2,
                                 .map_channels = 9,
                                 .kernel_height = 3,
                                 .kernel_width = 2,
                                 .stride_y = 3,
                                 .stride_x = 1,
                                 .pad_top = 0,
                                 .pad_left = 0};
    check_known<tall>(6);
}

TEST_CASE("convolve_transposed_wide of as many samples as fill several strips") {
    for (const std::size_t channels : sizes{1, 3, 16}) {
        CAPTURE(channels);
        const conv_geometry g{.image_height = 9,
                              .image_width = 7,
                              .image_channels = channels,
                              .map_height = 4,
                              .map_width = 3,
                              .map_channels = 5,
                              .kernel_height = 3,
                              .kernel_width = 3,
                              .stride_y = 2,
                              .stride_x = 2,
                              .pad_top = 0,
                              .pad_left = 0};
        for (const std::size_t samples : sizes{0, 1, 2, 17, 48, 97, 100})
            check_wide(g, samples, true, 0.0f, 7);
    }
}

TEST_CASE("pixels that no window covers are bias alone, above the lower bound") {
    for (const std::size_t channels : sizes{1, 3, 16, 18}) {
        CAPTURE(channels);
        // Stride 3, kernel 1, and two more rows and columns than the windows reach.
        const conv_geometry g{.image_height = 6,
                              .image_width = 6,
                              .image_channels = channels,
                              .map_height = 2,
                              .map_width = 2,
                              .map_channels = 2,
                              .kernel_height = 1,
                              .kernel_width = 1,
                              .stride_y = 3,
                              .stride_x = 3,
                              .pad_top = 0,
                              .pad_left = 0};
        for (const bool biased : {false, true})
            for (const float floor : {kernels::no_floor, 0.0f}) check_wide(g, 2, biased, floor, 5);
    }
}

template <std::size_t Channels>
void check_reach_of_nan() {
    CAPTURE(Channels);
    constexpr conv_geometry g{.image_height = 4,
                              .image_width = 4,
                              .image_channels = Channels,
                              .map_height = 2,
                              .map_width = 2,
                              .map_channels = 1,
                              .kernel_height = 2,
                              .kernel_width = 2,
                              .stride_y = 2,
                              .stride_x = 2,
                              .pad_top = 0,
                              .pad_left = 0};
    const std::vector<float> map{1.0f, not_a_number, 1.0f, 1.0f};
    const panelled_matrix w{window_floats(g), 1, 1};
    const std::vector<float> bias(16, 0.5f);
    std::vector<float> scratch(kernels::convolve_transposed_scratch(g));
    std::vector<float> image(image_floats(g));
    kernels::convolve_transposed<arch, g>(1, map.data(), 4, w.data(), {.bias = bias.data(), .floor = 0.0f},
                                          image.data(), image.size(), scratch.data());
    for (std::size_t y = 0; y < 4; ++y)
        for (std::size_t x = 0; x < 4; ++x)
            CHECK(std::isnan(image[(y * 4 + x) * Channels]) == (y < 2 && x >= 2));
}

TEST_CASE("a NaN in the map reaches the pixels of its window and no others") {
    check_reach_of_nan<1>();
    check_reach_of_nan<16>();
}

} // namespace
