// Average pooling and its gradient against scalar loops: overlapping windows, padding and gaps; and means of columns.
#include "strata/kernels/average_pool.hpp"

#include "support/pools.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE(
    "average_pool is the mean of a window with its padding, and the gradient goes to all of its pixels") {
    for_each_pool([](const pool_geometry& g, unsigned number) {
        const std::size_t image_floats = g.image_height * g.image_width * g.channels;
        const std::size_t map_floats = g.map_height * g.map_width * g.channels;
        const auto area = static_cast<double>(g.window_height * g.window_width);
        const rows_of_floats image{1, image_floats, image_floats, number};
        const rows_of_floats map_gradient{1, map_floats, map_floats, number + 1};
        output map{map_floats, number % 16};
        output image_gradient{image_floats, (number + 5) % 16};
        std::vector<sum> sums(image_floats);
        for (std::size_t y = 0; y < g.map_height; ++y)
            for (std::size_t x = 0; x < g.map_width; ++x)
                for (std::size_t c = 0; c < g.channels; ++c) {
                    const std::size_t at = (y * g.map_width + x) * g.channels + c;
                    sum mean;
                    for_each_pixel(g, y, x, c, [&](std::size_t from) {
                        mean.add(image(0, from), 1 / area);
                        sums[from].add(map_gradient(0, at), 1 / area);
                    });
                    map.expect(at, mean);
                }
        for (std::size_t i = 0; i < sums.size(); ++i) image_gradient.expect(i, sums[i]);
        kernels::average_pool<arch>(g, image.data(), map.data());
        kernels::average_pool_gradient<arch>(g, map_gradient.data(), image_gradient.data());
        CHECK(map.wrong() == "");
        CHECK(image_gradient.wrong() == "");
    });
}

TEST_CASE("a NaN or an infinity reaches the windows and channels it is in, and no others") {
    for_each_pool([](const pool_geometry& g, unsigned number) {
        std::vector<float> image = random_floats(g.image_height * g.image_width * g.channels, number);
        const std::size_t spoilt = number % image.size();
        image[spoilt] = number % 2 == 0 ? not_a_number : infinity;
        std::vector<float> map(g.map_height * g.map_width * g.channels);
        kernels::average_pool<arch>(g, image.data(), map.data());
        bool right = true;
        for (std::size_t y = 0; y < g.map_height; ++y)
            for (std::size_t x = 0; x < g.map_width; ++x)
                for (std::size_t c = 0; c < g.channels; ++c) {
                    bool holds = false;
                    for_each_pixel(g, y, x, c, [&](std::size_t from) { holds = holds || from == spoilt; });
                    right = right && std::isfinite(map[(y * g.map_width + x) * g.channels + c]) != holds;
                }
        CHECK(right);
    });
}

TEST_CASE("means of columns, however many rows, and their gradient") {
    unsigned number = 0;
    for (const std::size_t rows : sizes{1, 2, 7, 9, 49, 1000})
        for (const std::size_t columns : sizes{1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 600}) {
            CAPTURE(rows);
            CAPTURE(columns);
            ++number;
            const rows_of_floats x{rows, columns, columns, number};
            const rows_of_floats gradient{1, columns, columns, number + 1};
            output means{columns, number % 16};
            output x_gradient{rows * columns, (number + 3) % 16};
            for (std::size_t c = 0; c < columns; ++c) {
                sum mean;
                for (std::size_t r = 0; r < rows; ++r) {
                    mean.add(x(r, c), 1 / static_cast<double>(rows));
                    sum share;
                    share.add(gradient(0, c), 1 / static_cast<double>(rows));
                    x_gradient.expect(r * columns + c, share);
                }
                means.expect(c, mean.value(), 2 * rounding * std::abs(mean.value()) + 0x1p-149);
            }
            kernels::average_columns<arch>(rows, columns, x.data(), means.data());
            kernels::average_columns_gradient<arch>(rows, columns, gradient.data(), x_gradient.data());
            CHECK(means.wrong() == "");
            CHECK(x_gradient.wrong() == "");
        }
}

TEST_CASE("the mean of equal values is that value, and that of large ones is not infinite") {
    for (const float value : {0.7f, -12345.678f, 3e38f, 1e-40f}) {
        const std::vector<float> x(1000, value);
        float means[10];
        kernels::average_columns<arch>(100, 10, x.data(), means);
        for (const float mean : means) CHECK(mean == value);
    }
}

} // namespace
