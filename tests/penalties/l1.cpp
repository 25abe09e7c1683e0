// The sum of absolute values.
#include "strata/penalties/l1.hpp"

#include "penalties/penalty_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using strata::l1;

double sum_of_magnitudes(const double* x, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum += std::abs(x[i]);
    return sum;
}

TEST_CASE("l1: value and gradient are those of the formula, at every width") {
    for (const std::size_t width : losses::widths)
        losses::check_penalty(l1{}, width, 2.0f, sum_of_magnitudes);
}

TEST_CASE("l1: what every penalty promises") {
    for (const std::size_t width : losses::widths) losses::check_penalty_promises(l1{}, width);
}

TEST_CASE("l1: worked out by hand; the slope at 0, of either sign, is 0") {
    const losses::outcome got = losses::penalize(l1{}, {1, -2, 0, -0.0f, 3}, {0, 0, 5, 6, 1}, 0.5f);
    CHECK(got.loss == 6.0f);
    CHECK(got.gradient == std::vector<float>{0.5f, -0.5f, 5, 6, 1.5f});
}

} // namespace
