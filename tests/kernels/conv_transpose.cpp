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
                               unsigned number) {
    const std::size_t map_stride = map_floats(g) + number % 4;
    const rows_of_floats maps{samples, map_floats(g), map_stride, number};
    const panelled_matrix w{window_floats(g), g.map_channels, number + 1};
    const panelled_matrix bias{1, g.image_channels, number + 2};
    const std::size_t image_stride = image_floats(g) + number % 5;
    output images{(samples - 1) * image_stride + image_floats(g), number % 16};
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
    const float* weights = kernels::turn_weights<arch>(g, w.data(), turned.data());
    CHECK(turned.written_outside() == "");
    output scratch{kernels::convolve_transposed_scratch(g) - kernels::turned_floats(g), 0};
    kernels::convolve_transposed<arch>(g, samples, maps.data(), map_stride, weights,
                                       biased ? bias.data() : nullptr, floor, images.data(), image_stride,
                                       scratch.data());
    CHECK(images.wrong() == "");
    CHECK(scratch.written_outside() == "");
}

TEST_CASE("convolve_transposed adds up all windows of a map, with bias and lower bound") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        const float floor = number % 2 == 0 ? 0.0f : kernels::no_floor;
        check_convolve_transposed(g, 1 + number % 3, number % 3 != 0, floor, number);
    });
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
        std::vector<float> scratch(kernels::convolve_transposed_scratch(g));
        std::vector<float> image(image_floats(g));
        const float* weights = kernels::turn_weights<arch>(g, w.data(), turned.data());
        kernels::convolve_transposed<arch>(g, 1, map.data(), 4, weights, bias.data(), 0.0f, image.data(),
                                           image.size(), scratch.data());
        for (std::size_t y = 0; y < 4; ++y)
            for (std::size_t x = 0; x < 4; ++x)
                CHECK(std::isnan(image[(y * 4 + x) * channels]) == (y < 2 && x >= 2));
    }
}

} // namespace
