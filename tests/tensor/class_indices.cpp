// Which ranges are class indices.
#include "strata/tensor/class_indices.hpp"
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using strata::class_indices;
using strata::detail::checked_class;

static_assert(class_indices<std::vector<int>> && class_indices<std::vector<bool>>);
static_assert(class_indices<std::span<const std::uint8_t>> && class_indices<std::array<std::size_t, 3>>);
static_assert(class_indices<int[3]> && class_indices<xt::xtensor<int, 1>> &&
              class_indices<xt::xtensor<char, 3>>);
static_assert(!class_indices<std::vector<float>> && !class_indices<xt::xtensor<float, 2>> &&
              !class_indices<int>);
static_assert(!class_indices<strata::rows_view> && !class_indices<strata::float_rows>);
static_assert(!class_indices<std::vector<std::vector<int>>>);

TEST_CASE("a class index is one of the classes, whatever its type") {
    CHECK(checked_class(std::int8_t{9}, 10, 0) == 9);
    CHECK(checked_class(std::uint64_t{0}, 1, 0) == 0);
    CHECK_THROWS_AS(checked_class(std::int8_t{-1}, 200, 0), std::invalid_argument);
    CHECK_THROWS_AS(checked_class(std::int64_t{-1}, 10, 0), std::invalid_argument);
    CHECK_THROWS_AS(checked_class(std::uint64_t{1} << 40, 10, 0), std::invalid_argument);
    CHECK_THROWS_WITH_AS(checked_class(10, 10, 7),
                         "strata: class index 10 in place 7 (from 0) is none of 10 classes, which "
                         "are 0 to 9",
                         std::invalid_argument);
}

} // namespace
