// Transposed convolution with geometries that are known while compiling, to images of few channels above all.
#include "strata/kernels/conv_transpose_narrow.hpp"

#include "strata/kernels/conv_transpose.hpp"
#include "support/convolutions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// A geometry that is known while compiling, through convolve_transposed.
template <conv_geometry G>
void check_known(unsigned number) {
    INFO("image " << G.image_height << "x" << G.image_width << "x" << G.image_channels << ", map "
                  << G.map_height << "x" << G.map_width << "x" << G.map_channels << ", kernel "
                  << G.kernel_height << "x" << G.kernel_width << ", stride " << G.stride_y << "x"
                  << G.stride_x << ", padding " << G.pad_top << "x" << G.pad_left);
    const auto convolve = [&](std::size_t samples) {
        return [samples](const float* maps, std::size_t map_stride, const float* w,
                         const kernels::tile_epilogue<strata::arch>& epilogue, float* images,
                         std::size_t image_stride) {
            output scratch{kernels::convolve_transposed_scratch(G), 0};
            kernels::convolve_transposed<arch, G>(samples, maps, map_stride, w, epilogue, images,
                                                  image_stride, scratch.data());
            CHECK(scratch.written_outside() == "");
        };
    };
    for (const std::size_t samples : sizes{0, 1, 3})
        for (const bool relu : {false, true})
            for (const bool biased : {false, true}) {
                check_transposed(G, samples, biased, relu, false, number, convolve(samples));
                ++number;
            }
    check_transposed(G, 2, false, false, true, number, convolve(2));
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
    check_known_placements<9, 1, 1, 3>(); // too many taps to be written out
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
    constexpr conv_geometry patches{.image_height = 32,
                                    .image_width = 64,
                                    .image_channels = 3,
                                    .map_height = 1,
                                    .map_width = 2,
                                    .map_channels = 2,
                                    .kernel_height = 32,
                                    .kernel_width = 32,
                                    .stride_y = 32,
                                    .stride_x = 32,
                                    .pad_top = 0,
                                    .pad_left = 0};
    check_known<patches>(7);
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
    kernels::convolve_transposed<arch, g>(1, map.data(), 4, w.data(), {.bias = bias.data(), .relu = true},
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
