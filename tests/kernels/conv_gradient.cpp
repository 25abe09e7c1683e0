// The weight gradient of a convolution against a scalar loop, over a table of geometries.
#include "strata/kernels/conv_gradient.hpp"

#include "support/convolutions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

void check_weight_gradient(const conv_geometry& g, std::size_t samples, bool accumulate, unsigned number) {
    const std::size_t image_stride = image_floats(g) + number % 5;
    const rows_of_floats images{samples, image_floats(g), image_stride, number};
    const std::size_t map_stride = map_floats(g) + number % 4;
    const rows_of_floats maps{samples, map_floats(g), map_stride, number + 1};
    const std::size_t rows = window_floats(g);
    const panelled_matrix before{rows, g.map_channels, number + 2};

    std::vector<sum> sums(rows * g.map_channels);
    output gradient{rows * up_to_panels(g.map_channels), number % 16};
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < up_to_panels(g.map_channels); ++c) {
            gradient.expect(in_panels(rows, r, c), 0.0); // so stay the columns after the last
            if (!accumulate) continue;
            gradient.start(in_panels(rows, r, c), static_cast<float>(before(r, c)));
            if (c < g.map_channels) sums[r * g.map_channels + c].add(before(r, c));
        }
    for (std::size_t s = 0; s < samples; ++s)
        for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
            sums[row * g.map_channels + column].add(images(s, pixel), maps(s, at));
        });
    for (std::size_t i = 0; i < sums.size(); ++i)
        gradient.expect(in_panels(rows, i / g.map_channels, i % g.map_channels), sums[i]);

    output scratch{kernels::convolve_weight_gradient_scratch(g), 0};
    kernels::convolve_weight_gradient<arch>(g, samples, images.data(), image_stride, maps.data(), map_stride,
                                            accumulate, gradient.data(), scratch.data());
    CHECK(gradient.wrong() == "");
    CHECK(scratch.written_outside() == "");
}

TEST_CASE("convolve_weight_gradient is the sum over samples and windows, set or added") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        check_weight_gradient(g, 1 + number % 3, number % 2 == 0, number);
    });
}

TEST_CASE("any number of samples: none, one, many") {
    for (const std::size_t padding : sizes{0, 1})
        for (const std::size_t channels : sizes{5, 16}) {
            const conv_geometry g{.image_height = 5,
                                  .image_width = 4,
                                  .image_channels = 3,
                                  .map_height = 3,
                                  .map_width = 2 + 2 * padding,
                                  .map_channels = channels,
                                  .kernel_height = 3,
                                  .kernel_width = 3,
                                  .stride_y = 1,
                                  .stride_x = 1,
                                  .pad_top = 0,
                                  .pad_left = padding};
            for (std::size_t samples = 0; samples <= 9; ++samples)
                for (const bool accumulate : {false, true}) {
                    CAPTURE(padding);
                    CAPTURE(channels);
                    CAPTURE(samples);
                    CAPTURE(accumulate);
                    check_weight_gradient(g, samples, accumulate, 11);
                }
        }
}

} // namespace
