// Chosen rows of every kind of container: the same kind again, with the values of a loop.
#include "strata/tensor/take_rows.hpp"
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <vector>

namespace {

using namespace strata;

const std::vector<std::uint32_t> numbers{3, 0, 3, 1};
const detail::chosen_rows which{numbers, 4};

std::vector<float> counted(std::size_t count) {
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), 0.0f);
    return values;
}

TEST_CASE("rows of floats in one piece, of rows_view in an order, and of float_rows") {
    const std::vector<float> values = counted(12);
    const std::vector<float> expected{9, 10, 11, 0, 1, 2, 9, 10, 11, 3, 4, 5};
    CHECK(take_rows(values, which) == expected);
    const float_rows taken = take_rows(as_rows(values, shape<3, 1>), which);
    CHECK(std::vector<float>(taken.values().begin(), taken.values().end()) == expected);
    CHECK(taken.sample() == shape<3, 1>);
    const float_rows again = take_rows(taken, which);
    CHECK(again[0][0] == 3);
    CHECK(again[1][0] == 9);
    const std::vector<std::uint32_t> backwards{3, 2, 1, 0};
    const float_rows ordered = take_rows(rows_view{values.data() + 1, 4, 2, 3, backwards.data()}, which);
    CHECK(std::vector<float>(ordered.values().begin(), ordered.values().end()) ==
          std::vector<float>{1, 2, 10, 11, 1, 2, 7, 8});
}

TEST_CASE("class indices keep their type") {
    CHECK(take_rows(std::vector<int>{5, 6, 7, 8}, which) == std::vector<int>{8, 5, 8, 6});
    CHECK(take_rows(std::vector<bool>{true, false, true, false}, which) ==
          std::vector<bool>{false, true, false, false});
    const std::uint8_t bytes[]{5, 6, 7, 8};
    CHECK(take_rows(bytes, which) == std::vector<std::uint8_t>{8, 5, 8, 6});
}

TEST_CASE("xtensors of any type and layout stay xtensors, row-major ones") {
    xt::xtensor<int, 3> images = xt::xtensor<int, 3>::from_shape({4, 2, 3});
    std::iota(images.begin(), images.end(), 0);
    const auto taken = take_rows(images, which);
    static_assert(std::is_same_v<std::remove_const_t<decltype(taken)>, xt::xtensor<int, 3>>);
    const xt::xtensor<double, 2, xt::layout_type::column_major> columns{{0, 1}, {2, 3}, {4, 5}, {6, 7}};
    const auto of_columns = take_rows(columns, which);
    static_assert(std::is_same_v<std::remove_const_t<decltype(of_columns)>, xt::xtensor<double, 2>>);
    const auto of_expression = take_rows(images + 1, which);
    REQUIRE(taken.shape()[0] == 4);
    for (std::size_t r = 0; r < numbers.size(); ++r) {
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK(of_columns(r, i) == columns(numbers[r], i));
            for (std::size_t j = 0; j < 3; ++j) {
                CHECK(taken(r, i, j) == images(numbers[r], i, j));
                CHECK(of_expression(r, i, j) == images(numbers[r], i, j) + 1);
            }
        }
    }
}

} // namespace
