// argmax: NumPy's, over rows of every kind and pixels of images.
#include "strata/data/argmax.hpp"
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

namespace {

using namespace strata;
using indices = std::vector<std::size_t>;

TEST_CASE("argmax of rows, flat values with a shape, float_rows and xtensors") {
    const std::vector<float> values{1, 3, 2, /**/ 5, 5, 0, /**/ -1, -2, -0.5f};
    const indices expected{1, 0, 2}; // the first of equals, as np.argmax
    CHECK(argmax(values, shape<3>) == expected);
    CHECK(argmax(as_rows(values, shape<3>)) == expected);
    CHECK(argmax(float_rows{values, shape<3>}) == expected);
    CHECK(argmax(xt::xtensor<float, 2>{{1, 3, 2}, {5, 5, 0}, {-1, -2, -0.5f}}) == expected);
    const std::vector<std::uint32_t> order{2, 0};
    CHECK(argmax(rows_view{values.data(), 2, 3, 3, order.data()}) == indices{2, 1});
    CHECK(argmax(rows_view{values.data(), 0, 3, 3}).empty());
}

TEST_CASE("argmax of images is over the last axis, at every size") {
    std::mt19937 random{1};
    std::normal_distribution<float> values;
    for (const std::size_t rows : {1u, 2u, 5u})
        for (const std::size_t height : {1u, 2u, 7u})
            for (const std::size_t classes : {2u, 3u, 17u}) {
                float_rows images{rows, extents{height, 3, classes}};
                for (float& value : images.values()) value = values(random);
                const indices found = argmax(images);
                REQUIRE(found.size() == rows * height * 3);
                const auto* pixel = images.data();
                for (const std::size_t index : found) {
                    CHECK(std::max_element(pixel, pixel + classes) == pixel + index);
                    pixel += classes;
                }
            }
}

TEST_CASE("argmax refuses NaNs, single columns and another shape") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(argmax(std::vector<float>{1, 2, nan, 4}, shape<2>), doctest::Contains("row 1"),
                         std::invalid_argument);
    CHECK_THROWS_AS(argmax(std::vector<float>{1, 2}, shape<1>), std::invalid_argument);
    CHECK_THROWS_AS(argmax(std::vector<float>{1, 2, 3}, shape<2>), std::invalid_argument);
}

} // namespace
