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

void check_convolve_transposed(const conv_geometry& g, std::size_t samples, bool biased, float floor,
                               unsigned number, bool gated = false) {
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
    output turned{kernels::turned_floats(g), 0};
    kernels::turn_weights<arch>(g, w.data(), turned.data());
    CHECK(turned.written_outside() == "");
    const kernels::tile_target finish{
        .bias = biased ? bias.data() : nullptr, .floor = floor, .gate = gated ? images.gate(number) : 0};
    kernels::convolve_transposed<arch>(g, samples, maps.data(), map_stride, turned.data(), finish,
                                       images.data(), image_stride);
    CHECK(images.wrong() == "");
}

TEST_CASE("convolve_transposed adds up all windows of a map, with bias and lower bound") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        const float floor = number % 2 == 0 ? 0.0f : kernels::no_floor;
        check_convolve_transposed(g, 1 + number % 3, number % 3 != 0, floor, number);
    });
}

TEST_CASE("behind a gate convolve_transposed stores 0 where the gate is not above 0") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        check_convolve_transposed(g, 1 + number % 3, false, kernels::no_floor, number, true);
    });
}

TEST_CASE("convolve_transposed of as many samples as fill several strips") {
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
            check_convolve_transposed(g, samples, true, 0.0f, 7);
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
            for (const float floor : {kernels::no_floor, 0.0f})
                check_convolve_transposed(g, 2, biased, floor, 5);
    }
}

TEST_CASE("a NaN in the map reaches the pixels of its window and no others") {
    for (const std::size_t channels : sizes{1, 16}) {
        CAPTURE(channels);
        const conv_geometry g{.image_height = 4,
                              .image_width = 4,
                              .image_channels = channels,
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
        std::vector<float> turned(kernels::turned_floats(g));
        std::vector<float> image(image_floats(g));
        kernels::turn_weights<arch>(g, w.data(), turned.data());
        kernels::convolve_transposed<arch>(g, 1, map.data(), 4, turned.data(),
                                           {.bias = bias.data(), .floor = 0.0f}, image.data(), image.size());
        for (std::size_t y = 0; y < 4; ++y)
            for (std::size_t x = 0; x < 4; ++x)
                CHECK(std::isnan(image[(y * 4 + x) * channels]) == (y < 2 && x >= 2));
    }
}

} // namespace
