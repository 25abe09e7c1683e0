// Winograd's convolution against a scalar loop, its error beside the direct sum's, and when it is chosen.
#include "strata/kernels/winograd.hpp"

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

/// Samples, biased or not, through a relu or not, at any place in memory.
void check(const conv_geometry& g, std::size_t samples, unsigned number) {
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
        for (std::size_t i = 0; i < sums.size(); ++i)
            maps.expect(s * map_stride + i, relu ? std::max(0.0, sums[i].value()) : sums[i].value(),
                        winograd_tolerance(g.image_channels));
    }
    output scratch{kernels::convolve_winograd_scratch(g, samples), 0};
    kernels::convolve_winograd<arch>(g, samples, images.data(), image_stride, w.data(),
                                     {.bias = biased ? bias.data() : nullptr, .relu = relu}, maps.data(),
                                     map_stride, scratch.data());
    CHECK(maps.wrong() == "");
    CHECK(scratch.written_outside() == "");
}

TEST_CASE(
    "convolve_winograd is the sum over the windows, with bias and lower bound, and writes nothing else") {
    for_each_3x3_convolution([](const conv_geometry& g, unsigned number) { check(g, number % 4, number); });
}

TEST_CASE("as many tiles as fill several blocks, and more columns than are made at a time") {
    for (const std::size_t samples : sizes{1, 3, 4, 11}) {
        CAPTURE(samples);
        check(convolution_3x3(10, 16, 80), samples, 3); // 25 tiles a sample: up to 80 are held at once
        check(convolution_3x3(9, 17, 130), samples, 1);
        check(convolution_3x3(19, 16, 17, 0), samples, 2);
    }
}

TEST_CASE("scratch for many samples does for fewer") {
    for (const conv_geometry& g :
         {convolution_3x3(10, 16, 80), convolution_3x3(9, 64, 64), convolution_3x3(4, 16, 300),
          convolution_3x3(40, 20, 16), convolution_3x3(2, 16, 90), convolution_3x3(4, 64, 64)})
        for (std::size_t samples = 1; samples < 40; ++samples) {
            CAPTURE(samples);
            const std::size_t room = kernels::convolve_winograd_scratch(g, samples);
            for (std::size_t fewer = 0; fewer <= samples; ++fewer)
                CHECK(kernels::winograd::passage{g, fewer}.floats(g) <= room);
        }
}

TEST_CASE("a sample's bits do not depend on the samples beside it") {
    for (const conv_geometry& g : {convolution_3x3(9, 33, 40), convolution_3x3(10, 16, 80),
                                   convolution_3x3(16, 64, 64), convolution_3x3(5, 17, 300)}) {
        const std::size_t samples = 7;
        const rows_of_floats images{samples, image_floats(g), image_floats(g), 1};
        const panelled_matrix w{window_floats(g), g.map_channels, 2};
        const auto run = [&](std::size_t first, std::size_t count) {
            std::vector<float> maps(count * map_floats(g));
            std::vector<float> scratch(kernels::convolve_winograd_scratch(g, count));
            kernels::convolve_winograd<arch>(g, count, images.data() + first * image_floats(g),
                                             image_floats(g), w.data(), {}, maps.data(), map_floats(g),
                                             scratch.data());
            return maps;
        };
        const std::vector<float> all = run(0, samples);
        for (std::size_t s = 0; s < samples; ++s)
            CHECK(std::ranges::equal(
                run(s, 1), std::vector<float>(all.begin() + std::ptrdiff_t(s * map_floats(g)),
                                              all.begin() + std::ptrdiff_t((s + 1) * map_floats(g)))));
        const std::vector<float> pair = run(2, 2);
        CHECK(std::equal(pair.begin(), pair.end(), all.begin() + std::ptrdiff_t(2 * map_floats(g))));
    }
}

/// That the worst error is at most twice the direct sum's, for images around a mean.
void check_error(std::size_t channels, float mean) {
    const conv_geometry g = convolution_3x3(20, channels, 32);
    rows_of_floats images{1, image_floats(g), image_floats(g), 7};
    for (std::size_t i = 0; i < image_floats(g); ++i) images.data()[i] += mean;
    const panelled_matrix w{window_floats(g), g.map_channels, 8};
    std::vector<double> sums(map_floats(g));
    for_each_product(g, [&](std::size_t pixel, std::size_t row, std::size_t column, std::size_t at) {
        sums[at] += images(0, pixel) * w(row, column);
    });
    const auto worst = [&](const std::vector<float>& maps) {
        double error = 0;
        for (std::size_t i = 0; i < sums.size(); ++i)
            error = std::max(error, std::abs(static_cast<double>(maps[i]) - sums[i]));
        return error;
    };
    std::vector<float> maps(map_floats(g));
    std::vector<float> scratch(
        std::max(kernels::convolve_winograd_scratch(g, 1), kernels::convolve_scratch(g)));
    kernels::convolve<arch>(g, 1, images.data(), 0, w.data(), {}, maps.data(), 0, scratch.data());
    const double direct = worst(maps);
    kernels::convolve_winograd<arch>(g, 1, images.data(), 0, w.data(), {}, maps.data(), 0, scratch.data());
    CAPTURE(direct);
    CHECK(worst(maps) <= 2 * direct);
    CHECK(direct > 0);
}

TEST_CASE("the worst error is at most twice the direct sum's") {
    for (const std::size_t channels : sizes{16, 33, 64, 128})
        for (const float mean : {0.0f, 1.0f, 30.0f}) { // around 0, as behind a relu, and far from 0
            CAPTURE(channels);
            CAPTURE(mean);
            check_error(channels, mean);
        }
}
// What it is for.
using kernels::winograd::pays;
static_assert(pays(convolution_3x3(56, 64, 64)));
static_assert(pays(convolution_3x3(28, 128, 128)));
static_assert(pays(convolution_3x3(8, 16, 16)));
static_assert(pays(convolution_3x3(7, 32, 32)));
static_assert(pays(convolution_3x3(4, 64, 64)));
static_assert(!pays(convolution_3x3(5, 64, 64))); // 25 of 36 pixels of the tiles are in the map
static_assert(!pays(convolution_3x3(28, 15, 64)));
static_assert(!pays(convolution_3x3(28, 64, 15)));
static_assert(!pays(convolution_3x3(6, 16, 16))); // too few tiles
static_assert(!pays(convolution_3x3(3, 512, 512)));
constexpr conv_geometry with(std::size_t kernel, std::size_t stride, std::size_t dilation) {
    conv_geometry g = convolution_3x3(28, 64, 64);
    g.kernel_width = kernel;
    g.stride_y = stride;
    g.dilation_x = dilation;
    return g;
}
static_assert(pays(with(3, 1, 1)));
static_assert(!pays(with(5, 1, 1)));
static_assert(!pays(with(3, 2, 1)));
static_assert(!pays(with(3, 1, 2)));

} // namespace
