// Huber's loss.
#include "strata/losses/huber.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using losses::run;
using strata::huber;

double huber_error(const double* y, const double* t, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) {
        const double d = std::abs(y[i] - t[i]);
        sum += d <= 1 ? 0.5 * d * d : d - 0.5;
    }
    return sum;
}

TEST_CASE("huber: value and gradient are those of the formula, at every width") {
    losses::check_differences(huber{}, huber_error);
}

TEST_CASE("huber: worked out by hand") {
    const losses::outcome got = run(huber{}, {2, 2, {1, 2, 3, 4}, {0, 2, 5, 4}});
    CHECK(got.loss == 0.5f); // (0.5 + 0 + 1.5 + 0) / 4
    CHECK(got.gradient == std::vector<float>{0.25f, 0, -0.25f, 0});
}

TEST_CASE("huber: delta is where squares end") {
    const losses::outcome got = run(huber{.delta = 3.0f}, {1, 2, {2, 8}, {0, 0}});
    CHECK(got.loss == 10.75f); // (2 + 3 * (8 - 1.5)) / 2
    CHECK(got.gradient == std::vector<float>{1, 1.5f});
}

} // namespace
