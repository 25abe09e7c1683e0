// one_hot: a 1 in the column of each class, for integers of every type, per pixel of images.
#include "strata/data/one_hot.hpp"
#include "strata/data/argmax.hpp"
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace {

using namespace strata;

std::vector<float> values_of(const float_rows& rows) { return {rows.values().begin(), rows.values().end()}; }

TEST_CASE("one_hot has Keras's values: to_categorical([0, 2, 1], num_classes=4)") {
    const float_rows rows = one_hot(std::vector<int>{0, 2, 1}, 4);
    CHECK(rows.rows() == 3);
    CHECK(rows.sample() == shape<4>);
    CHECK(values_of(rows) == std::vector<float>{1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0});
}

TEST_CASE("one_hot of any number of indices and classes: argmax is the way back") {
    std::mt19937 random{1};
    for (const std::size_t count : {0u, 1u, 2u, 31u, 257u})
        for (const std::size_t classes : {2u, 3u, 10u, 200u}) {
            std::vector<std::size_t> indices(count);
            for (std::size_t& index : indices) index = random() % classes;
            const float_rows rows = one_hot(indices, classes);
            CHECK(rows.rows() == count);
            float sum = 0;
            for (const float value : rows.values()) sum += value;
            CHECK(sum == static_cast<float>(count));
            CHECK(argmax(rows) == indices);
        }
}

TEST_CASE("one_hot takes integers of every type, and an xtensor of them") {
    const std::vector<float> expected{0, 1, 1, 0};
    const std::uint8_t bytes[]{1, 0};
    CHECK(values_of(one_hot(bytes, 2)) == expected);
    CHECK(values_of(one_hot(std::span<const std::uint8_t>{bytes}, 2)) == expected);
    CHECK(values_of(one_hot(std::array<std::int64_t, 2>{1, 0}, 2)) == expected);
    CHECK(values_of(one_hot(std::vector<bool>{true, false}, 2)) == expected);
    CHECK(values_of(one_hot(xt::xtensor<int, 1>{1, 0}, 2)) == expected);
    CHECK(one_hot(std::vector<int>{5}, 1000).sample() == shape<1000>);
}

TEST_CASE("one_hot per pixel: the last axis is the classes") {
    const xt::xtensor<int, 3> masks{{{0, 1, 2}, {2, 1, 0}}, {{1, 1, 1}, {0, 0, 2}}};
    const float_rows images = one_hot(masks, shape<2, 3, 3>);
    CHECK(images.rows() == 2);
    for (std::size_t r = 0; r < 2; ++r)
        for (std::size_t i = 0; i < 2; ++i)
            for (std::size_t j = 0; j < 3; ++j)
                for (int c = 0; c < 3; ++c)
                    CHECK(images[r][(i * 3 + j) * 3 + static_cast<std::size_t>(c)] ==
                          (masks(r, i, j) == c ? 1.0f : 0.0f));
}

TEST_CASE("one_hot refuses what is no class") {
    CHECK_THROWS_WITH_AS(one_hot(std::vector<int>{1, 10}, 10), doctest::Contains("class index 10 in place 1"),
                         std::invalid_argument);
    CHECK_THROWS_AS(one_hot(std::vector<int>{-1}, 10), std::invalid_argument);
    CHECK_THROWS_AS(one_hot(std::vector<int>{0}, 0), std::invalid_argument);
    CHECK_THROWS_AS(one_hot(std::vector<int>{0, 1, 0, 1, 0}, shape<2, 2, 2>), std::invalid_argument);
}

} // namespace
