// Mean absolute error.
#include "strata/losses/mae.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using losses::run;
using strata::mae;

double absolute_error(const double* y, const double* t, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum += std::abs(y[i] - t[i]);
    return sum;
}

TEST_CASE("mae: value and gradient are those of the formula, at every width") {
    losses::check_differences(mae{}, absolute_error);
}

TEST_CASE("mae: worked out by hand") {
    const losses::outcome got = run(mae{}, {2, 2, {1, 2, 3, 4}, {0, 2, 5, 4}});
    CHECK(got.loss == 0.75f); // (1 + 0 + 2 + 0) / 4
    CHECK(got.gradient == std::vector<float>{0.25f, 0, -0.25f, 0});
}

} // namespace
