// The gradients of Winograd's convolution against a scalar loop, and their errors beside the direct sums'.
#include "strata/kernels/winograd_gradient.hpp"

#include "strata/kernels/conv_gradient.hpp"
#include "strata/kernels/conv_transpose.hpp"

#include "support/convolutions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

void check_images(const conv_geometry& g, std::size_t samples, bool masked, unsigned number) {
    check_transposed(
        g, samples, number % 3 == 1, !masked && number % 2 == 0, masked, number,
        [&](const float* maps, std::size_t map_stride, const float* w,
            const kernels::tile_epilogue<arch>& epilogue, float* images, std::size_t image_stride) {
            output scratch{kernels::convolve_transposed_winograd_scratch(g, samples), 0};
            kernels::convolve_transposed_winograd<arch>(g, samples, maps, map_stride, w, epilogue, images,
                                                        image_stride, scratch.data());
            CHECK(scratch.written_outside() == "");
        },
        winograd_tolerance(g.map_channels));
}

TEST_CASE(
    "convolve_transposed_winograd adds up all windows of a map, with bias and lower bound or behind a mask") {
    for_each_3x3_convolution([](const conv_geometry& g, unsigned number) {
        if (!kernels::winograd::takes_transposed(g)) return;
        check_images(g, number % 4, false, number);
        check_images(g, 1 + number % 3, true, number);
    });
    for (const std::size_t samples : sizes{1, 3, 4, 11})
        check_images(convolution_3x3(10, 80, 33), samples, true, 3);
}

TEST_CASE("more zeros around an image than its windows reach leave it to the direct sum") {
    static_assert(kernels::winograd::takes_transposed(convolution_3x3(9, 16, 16, 2)));
    static_assert(!kernels::winograd::takes_transposed(convolution_3x3(9, 16, 16, 3)));
    static_assert(!kernels::winograd::transposed_pays(convolution_3x3(28, 64, 64, 3)));
    static_assert(kernels::winograd::pays(convolution_3x3(28, 64, 64, 3)));
}

void check_weights(const conv_geometry& g, std::size_t samples, bool accumulate, unsigned number) {
    const std::size_t image_stride = image_floats(g) + number % 3;
    const rows_of_floats images{samples, image_floats(g), image_stride, number};
    const std::size_t map_stride = map_floats(g) + number % 4;
    const rows_of_floats maps{samples, map_floats(g), map_stride, number + 1};
    const std::size_t rows = window_floats(g);
    const panelled_matrix before{rows, g.map_channels, number + 2};

    std::vector<double> sums(rows * g.map_channels);
    for (std::size_t s = 0; s < samples; ++s)
        for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
            sums[row * g.map_channels + column] += images(s, pixel) * maps(s, at);
        });
    // A value of an image's tile is a sum of 4 numbers, as is one of a map's, and a weight is made of 4 products' sums.
    const auto tiles = static_cast<double>(kernels::winograd::tiles(g) * samples);
    const double tolerance = (tiles + 10) * rounding * (tiles * 4 * 4 * 4 + 1);
    output gradient{rows * up_to_panels(g.map_channels), number % 16};
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < up_to_panels(g.map_channels); ++c) {
            const std::size_t at = in_panels(rows, r, c);
            if (accumulate) gradient.start(at, static_cast<float>(before(r, c)));
            if (c < g.map_channels)
                gradient.expect(at, sums[r * g.map_channels + c] + (accumulate ? before(r, c) : 0),
                                tolerance);
            else
                gradient.expect(at, 0.0); // so stay the columns after the last
        }
    output scratch{kernels::convolve_weight_gradient_winograd_scratch(g, samples), 0};
    kernels::convolve_weight_gradient_winograd<arch>(g, samples, images.data(), image_stride, maps.data(),
                                                     map_stride, accumulate, gradient.data(), scratch.data());
    CHECK(gradient.wrong() == "");
    CHECK(scratch.written_outside() == "");
}

TEST_CASE("convolve_weight_gradient_winograd is the sum over samples and windows, set or added") {
    for_each_3x3_convolution([](const conv_geometry& g, unsigned number) {
        check_weights(g, number % 4, number % 3 == 0, number);
    });
    for (const std::size_t samples : sizes{0, 1, 3, 4, 11})
        for (const bool accumulate : {false, true}) {
            CAPTURE(samples);
            check_weights(convolution_3x3(10, 16, 80), samples, accumulate, 3);
            check_weights(convolution_3x3(9, 17, 130), samples, accumulate, 1);
        }
}

/// The largest difference from sums in double.
double worst(const std::vector<float>& values, const std::vector<double>& sums) {
    double error = 0;
    for (std::size_t i = 0; i < sums.size(); ++i)
        error = std::max(error, std::abs(static_cast<double>(values[i]) - sums[i]));
    return error;
}

TEST_CASE("the worst errors are at most twice the direct sums'") {
    for (const std::size_t channels : sizes{16, 33, 64, 128}) {
        CAPTURE(channels);
        static constexpr conv_geometry all[] = {convolution_3x3(14, 32, 16), convolution_3x3(14, 32, 33),
                                                convolution_3x3(14, 32, 64), convolution_3x3(14, 32, 128)};
        const conv_geometry& g = *std::find_if(std::begin(all), std::end(all), [&](const conv_geometry& one) {
            return one.map_channels == channels;
        });
        const std::size_t samples = 3;
        const rows_of_floats images{samples, image_floats(g), image_floats(g), 7};
        const rows_of_floats maps{samples, map_floats(g), map_floats(g), 8};
        const panelled_matrix w{window_floats(g), g.map_channels, 9};
        const std::size_t rows = window_floats(g);
        std::vector<double> image_sums(samples * image_floats(g));
        std::vector<double> weight_sums(rows * up_to_panels(g.map_channels));
        for (std::size_t s = 0; s < samples; ++s)
            for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
                image_sums[s * image_floats(g) + pixel] += maps(s, at) * w(row, column);
                weight_sums[in_panels(rows, row, column)] += images(s, pixel) * maps(s, at);
            });
        std::vector<float> values(image_sums.size());
        std::vector<float> weights(weight_sums.size());
        std::vector<float> scratch(
            std::max({kernels::convolve_transposed_scratch(g), kernels::convolve_weight_gradient_scratch(g),
                      kernels::convolve_transposed_winograd_scratch(g, samples),
                      kernels::convolve_weight_gradient_winograd_scratch(g, samples)}));
        kernels::pack_wide_weights<arch>(g, w.data(), scratch.data());
        kernels::convolve_transposed_wide<arch>(g, samples, maps.data(), map_floats(g), scratch.data(), {},
                                                values.data(), image_floats(g), nullptr);
        const double direct_images = worst(values, image_sums);
        kernels::convolve_transposed_winograd<arch>(g, samples, maps.data(), map_floats(g), w.data(), {},
                                                    values.data(), image_floats(g), scratch.data());
        CAPTURE(direct_images);
        CHECK(worst(values, image_sums) <= 2 * direct_images);

        kernels::convolve_weight_gradient<arch>(g, samples, images.data(), image_floats(g), maps.data(),
                                                map_floats(g), false, weights.data(), scratch.data());
        const double direct_weights = worst(weights, weight_sums);
        kernels::convolve_weight_gradient_winograd<arch>(g, samples, images.data(), image_floats(g),
                                                         maps.data(), map_floats(g), false, weights.data(),
                                                         scratch.data());
        CAPTURE(direct_weights);
        CHECK(worst(weights, weight_sums) <= 2 * direct_weights);
    }
}

// What it is for.
using kernels::winograd::transposed_pays;
using kernels::winograd::weight_gradient_pays;
static_assert(transposed_pays(convolution_3x3(56, 64, 64)));
static_assert(transposed_pays(convolution_3x3(28, 128, 128, 0)));
static_assert(transposed_pays(convolution_3x3(8, 16, 16)));
static_assert(!transposed_pays(convolution_3x3(5, 64,
                                               64))); // the direct sum leaves out what lies beside the image
static_assert(transposed_pays(convolution_3x3(7, 64, 64)));
static_assert(weight_gradient_pays(convolution_3x3(4, 64, 64)));
static_assert(!weight_gradient_pays(convolution_3x3(28, 8, 64)));

} // namespace
