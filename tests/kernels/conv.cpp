// Convolution against a scalar loop, over a table of geometries.
#include "strata/kernels/conv.hpp"

#include "support/convolutions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("convolve is the sum over the windows, with bias and lower bound, and writes nothing else") {
    for_each_convolution([](const conv_geometry& g, unsigned number) {
        const std::size_t samples = number % 4;
        const std::size_t image_stride = image_floats(g) + number % 3;
        const std::size_t map_stride = map_floats(g) + number % 5;
        const rows_of_floats images{samples, image_floats(g), image_stride, number};
        const panelled_matrix w{window_floats(g), g.map_channels, number + 1};
        const panelled_matrix bias{1, g.map_channels, number + 2};
        const bool biased = number % 3 != 0;
        const bool relu = number % 2 == 0;
        output maps{samples * map_stride, number % 16};
        for (std::size_t s = 0; s < samples; ++s) {
            std::vector<sum> sums(map_floats(g));
            if (biased)
                for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(bias(0, i % g.map_channels));
            for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
                sums[at].add(images(s, pixel), w(row, column));
            });
            for (std::size_t i = 0; i < sums.size(); ++i) maps.expect(s * map_stride + i, sums[i], relu);
        }
        output scratch{kernels::convolve_scratch(g), 0};
        kernels::convolve<arch>(g, samples, images.data(), image_stride, w.data(),
                                {.bias = biased ? bias.data() : nullptr, .relu = relu}, maps.data(),
                                map_stride, scratch.data());
        CHECK(maps.wrong() == "");
        CHECK(scratch.written_outside() == "");
    });
}

TEST_CASE("an image whose windows stay inside it is read where it lies") {
    conv_geometry g{.image_height = 5,
                    .image_width = 6,
                    .image_channels = 2,
                    .map_height = 2,
                    .map_width = 2,
                    .map_channels = 1,
                    .kernel_height = 3,
                    .kernel_width = 3,
                    .stride_y = 2,
                    .stride_x = 2,
                    .pad_top = 0,
                    .pad_left = 0};
    const std::vector<float> image(60, 1.0f);
    CHECK(g.inside()); // the last column is left out
    CHECK(kernels::convolve_scratch(g) == 0);
    CHECK(kernels::place_on_canvas(g, kernels::canvas_fold(g), image.data(), nullptr).data == image.data());
    CHECK(kernels::place_on_canvas(g, kernels::canvas_fold(g), image.data(), nullptr).row_stride == 12);
    g.map_width = 3;
    CHECK_FALSE(g.inside());
    CHECK(kernels::convolve_scratch(g) == 5 * 7 * 2);
}

TEST_CASE("a canvas is the image with zeros around, and what no window reaches is left out") {
    const conv_geometry g{.image_height = 2,
                          .image_width = 4,
                          .image_channels = 1,
                          .map_height = 2,
                          .map_width = 1,
                          .map_channels = 1,
                          .kernel_height = 3,
                          .kernel_width = 4,
                          .stride_y = 1,
                          .stride_x = 1,
                          .pad_top = 1,
                          .pad_left = 2};
    const std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8};
    const float canvas[] = {0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 5, 6, 0, 0, 0, 0};
    output scratch{16};
    for (std::size_t i = 0; i < 16; ++i) scratch.expect(i, static_cast<double>(canvas[i]));
    kernels::clear_canvas(g, kernels::canvas_fold(g), scratch.data());
    const kernels::canvas_view<float> view =
        kernels::place_on_canvas(g, kernels::canvas_fold(g), image.data(), scratch.data());
    CHECK(view.data == scratch.data());
    CHECK(view.row_stride == 4);
    CHECK(scratch.wrong() == "");
}

} // namespace
