// Max pooling and its gradient against scalar loops: overlapping windows, padding, ties, gaps and NaNs.
#include "strata/kernels/pool.hpp"

#include "support/pools.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// The pixel (an index into the image) that a window's maximum comes from: the first of the largest, or the
/// first NaN.
std::size_t winner(const pool_geometry& g, const float* image, std::size_t y, std::size_t x,
                   std::size_t channel) {
    std::size_t best = 0;
    bool first = true;
    for_each_pixel(g, y, x, channel, [&](std::size_t at) {
        if (first || (!std::isnan(image[best]) && !(image[at] <= image[best]))) best = at;
        first = false;
    });
    return best;
}

void check_pool(const pool_geometry& g, const std::vector<float>& image, unsigned number) {
    const std::size_t map_floats = g.map_height * g.map_width * g.channels;
    const rows_of_floats map_gradient{1, map_floats, map_floats, number};
    output map{map_floats, number % 16};
    output image_gradient{image.size(), (number + 5) % 16};
    std::vector<sum> sums(image.size());
    for (std::size_t y = 0; y < g.map_height; ++y)
        for (std::size_t x = 0; x < g.map_width; ++x)
            for (std::size_t c = 0; c < g.channels; ++c) {
                const std::size_t at = (y * g.map_width + x) * g.channels + c;
                const std::size_t from = winner(g, image.data(), y, x, c);
                map.expect(at, static_cast<double>(image[from]));
                sums[from].add(map_gradient(0, at));
            }
    for (std::size_t i = 0; i < sums.size(); ++i) image_gradient.expect(i, sums[i]);
    kernels::max_pool<arch>(g, image.data(), map.data());
    CHECK(map.wrong() == "");
    kernels::max_pool_gradient<arch>(g, image.data(), map_gradient.data(), false, image_gradient.data());
    CHECK(image_gradient.wrong() == "");
    for (std::size_t i = 0; i < sums.size(); ++i)
        if (!(image[i] > 0.0f)) image_gradient.expect(i, 0.0);
    kernels::max_pool_gradient<arch>(g, image.data(), map_gradient.data(), true, image_gradient.data());
    CHECK(image_gradient.wrong() == "");
}

std::vector<float> random_image(const pool_geometry& g, unsigned number) {
    return random_floats(g.image_height * g.image_width * g.channels, number);
}

TEST_CASE("max_pool is the largest of a window, and the gradient goes where it was") {
    for_each_pool(
        [](const pool_geometry& g, unsigned number) { check_pool(g, random_image(g, number), number); });
}

TEST_CASE("of equal pixels the first gets the whole gradient") {
    for_each_pool([](const pool_geometry& g, unsigned number) {
        std::vector<float> image = random_image(g, number);
        for (float& pixel : image) pixel = std::floor(1.5f * pixel); // -2, -1, 0 or 1
        check_pool(g, image, number);
        std::fill(image.begin(), image.end(), 0.0f);
        check_pool(g, image, number);
    });
}

TEST_CASE("a window that is all below zero has a maximum below zero") {
    for_each_pool([](const pool_geometry& g, unsigned number) {
        std::vector<float> image = random_image(g, number);
        for (float& pixel : image) pixel -= 2.0f;
        check_pool(g, image, number);
        std::fill(image.begin(), image.end(), -infinity);
        check_pool(g, image, number);
    });
}

TEST_CASE("a NaN in a window is its maximum, and gets the gradient") {
    for_each_pool([](const pool_geometry& g, unsigned number) {
        std::vector<float> image = random_image(g, number);
        for (std::size_t i = number % 7; i < image.size(); i += 7)
            image[i] = i % 2 == 0 ? not_a_number : infinity;
        check_pool(g, image, number);
    });
}

TEST_CASE("a NaN among the gradients reaches one pixel") {
    const pool_geometry g{.image_height = 2,
                          .image_width = 2,
                          .channels = 1,
                          .map_height = 1,
                          .map_width = 1,
                          .window_height = 2,
                          .window_width = 2,
                          .stride_y = 2,
                          .stride_x = 2};
    const std::vector<float> image{1, 3, 3, 2};
    const std::vector<float> map_gradient{not_a_number};
    output gradient{4};
    for (std::size_t i = 0; i < 4; ++i) gradient.expect(i, i == 1 ? static_cast<double>(not_a_number) : 0.0);
    kernels::max_pool_gradient<arch>(g, image.data(), map_gradient.data(), false, gradient.data());
    CHECK(gradient.wrong() == "");
}

} // namespace
