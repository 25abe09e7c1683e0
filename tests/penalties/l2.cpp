// The sum of squares.
#include "strata/penalties/l2.hpp"

#include "penalties/penalty_case.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace {

using strata::l2;

double sum_of_squares(const double* x, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum += x[i] * x[i];
    return sum;
}

TEST_CASE("l2: value and gradient are those of the formula, at every width") {
    for (const std::size_t width : losses::widths) losses::check_penalty(l2{}, width, 2.0f, sum_of_squares);
}

TEST_CASE("l2: what every penalty promises") {
    for (const std::size_t width : losses::widths) losses::check_penalty_promises(l2{}, width);
}

TEST_CASE("l2: worked out by hand") {
    const losses::outcome got = losses::penalize(l2{}, {1, -2, 0, 3}, {0, 0, 5, 1}, 0.5f);
    CHECK(got.loss == 14.0f);
    CHECK(got.gradient == std::vector<float>{1, -2, 5, 4});
}

} // namespace
