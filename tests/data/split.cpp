// split: every row in one part, pairs stay pairs, the seed alone decides.
#include "strata/data/split.hpp"
#include "strata/strata.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace {

using namespace strata;

/// Row r is r, r + 0.5.
float_rows counted(std::size_t rows) {
    float_rows x{rows, shape<2>};
    for (std::size_t r = 0; r < rows; ++r) {
        x[r][0] = static_cast<float>(r);
        x[r][1] = static_cast<float>(r) + 0.5f;
    }
    return x;
}

std::vector<int> labels_to(std::size_t rows) {
    std::vector<int> labels(rows);
    std::iota(labels.begin(), labels.end(), 0);
    return labels;
}

TEST_CASE("each row is in one part with its label, at every size and fraction") {
    for (const std::size_t rows : {2u, 3u, 10u, 101u, 1000u})
        for (const double fraction : {0.1, 0.2, 0.5, 0.9}) {
            const auto expected = static_cast<std::size_t>(std::lround(fraction * static_cast<double>(rows)));
            if (expected == 0 || expected == rows) continue;
            CAPTURE(rows);
            CAPTURE(fraction);
            const auto [train, held_out] = split(counted(rows), labels_to(rows), fraction, seed{rows});
            CHECK(held_out.x.rows() == expected);
            CHECK(train.x.rows() + held_out.x.rows() == rows);
            std::vector<int> all;
            for (const auto* part : {&train, &held_out}) {
                REQUIRE(part->y.size() == part->x.rows());
                for (std::size_t r = 0; r < part->y.size(); ++r) {
                    CHECK(part->x[r][0] == static_cast<float>(part->y[r]));
                    CHECK(part->x[r][1] == static_cast<float>(part->y[r]) + 0.5f);
                    all.push_back(part->y[r]);
                }
            }
            std::ranges::sort(all);
            CHECK(all == labels_to(rows));
        }
}

TEST_CASE("the seed alone decides, and decides differently") {
    const auto first = split(counted(100), labels_to(100), 0.3, seed{1});
    const auto same_again = split(counted(100), labels_to(100), 0.3, seed{1});
    const auto other = split(counted(100), labels_to(100), 0.3, seed{2});
    CHECK(first.train.y == same_again.train.y);
    CHECK(first.validation.y == same_again.validation.y);
    CHECK(first.validation.y != other.validation.y);
    CHECK(!std::ranges::is_sorted(first.train.y));
    // Fisher and Yates with Philox4x32-10, worked out by another program.
    CHECK(split(counted(8), labels_to(8), 0.25, seed{7}).validation.y == std::vector<int>{5, 0});
}

TEST_CASE("every row is as often for validation as any other") {
    std::vector<int> held_out(10);
    constexpr int draws = 2000;
    for (std::uint64_t s = 0; s < draws; ++s)
        for (const int row : split(counted(10), labels_to(10), 0.3, seed{s}).validation.y)
            ++held_out[static_cast<std::size_t>(row)];
    const double deviation = std::sqrt(draws * 0.3 * 0.7);
    for (const int count : held_out) CHECK(std::abs(count - draws * 0.3) < 4.5 * deviation);
}

TEST_CASE("floats in one piece are as many for each of the others' rows") {
    const std::vector<float> x{0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f};
    const auto [train, held_out] = split(x, labels_to(4), 0.25, seed{3});
    REQUIRE(train.x.size() == 6);
    for (std::size_t r = 0; r < 3; ++r) CHECK(train.x[2 * r] == static_cast<float>(train.y[r]));
    CHECK(held_out.x[1] == static_cast<float>(held_out.y[0]) + 0.5f);
    const std::vector<float> targets{0, 1, 2, 3};
    const auto numbers = split(counted(4), targets, 0.25, seed{3});
    CHECK(numbers.validation.x[0][0] == numbers.validation.y[0]);
    CHECK(numbers.train.y.size() == 3);
}

TEST_CASE("xtensors are split into xtensors, with the rows that vectors are") {
    xt::xtensor<float, 2> x = xt::xtensor<float, 2>::from_shape({10, 2});
    const float_rows same_rows = counted(10);
    std::ranges::copy(same_rows.values(), x.begin());
    xt::xtensor<int, 1> y = xt::xtensor<int, 1>::from_shape({10});
    std::iota(y.begin(), y.end(), 0);
    const auto [train, held_out] = split(x, y, 0.2, seed{5});
    const auto expected = split(same_rows, labels_to(10), 0.2, seed{5});
    REQUIRE(train.x.shape()[0] == 8);
    REQUIRE(held_out.y.shape()[0] == 2);
    for (std::size_t r = 0; r < 8; ++r) {
        CHECK(train.y(r) == expected.train.y[r]);
        CHECK(train.x(r, 1) == expected.train.x[r][1]);
    }
    CHECK(held_out.y(1) == expected.validation.y[1]);
}

TEST_CASE("split refuses counts that differ, floats that are no rows, and empty parts") {
    CHECK_THROWS_WITH_AS(split(counted(64), labels_to(63), 0.2, seed{}), "strata: 64 samples, but 63 targets",
                         std::invalid_argument);
    CHECK_THROWS_AS(split(std::vector<float>(7), labels_to(3), 0.5, seed{}), std::invalid_argument);
    for (const double fraction : {0.0, 1.0, -0.1, 1.5, 0.01, 0.99, std::numeric_limits<double>::quiet_NaN()})
        CHECK_THROWS_WITH_AS(split(counted(10), labels_to(10), fraction, seed{}),
                             doctest::Contains("leaves one part without any"), std::invalid_argument);
    CHECK_THROWS_AS(split(counted(0), labels_to(0), 0.5, seed{}), std::invalid_argument);
    CHECK_THROWS_AS(split(counted(1), labels_to(1), 0.5, seed{}), std::invalid_argument);
}

} // namespace
