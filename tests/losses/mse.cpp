// Mean squared error.
#include "strata/losses/mse.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using losses::run;
using strata::mse;

double squared_error(const double* y, const double* t, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum += (y[i] - t[i]) * (y[i] - t[i]);
    return sum;
}

TEST_CASE("mse: value and gradient are those of the formula, at every width") {
    losses::check_differences(mse{}, squared_error);
}

TEST_CASE("mse: worked out by hand") {
    const losses::outcome got = run(mse{}, {2, 2, {1, 2, 3, 4}, {0, 2, 5, 4}});
    CHECK(got.loss == 1.25f); // (1 + 0 + 4 + 0) / 4
    CHECK(got.gradient == std::vector<float>{0.5f, 0, -1, 0});
}

TEST_CASE("mse: a row of any length is within 2 units of the last place of a sum in double") {
    for (const std::size_t width : {65'536u, 1'000'003u})
        for (const float off : {0.7f, 1e-3f, 123.456f}) {
            CAPTURE(width);
            CAPTURE(off);
            const losses::outcome got = losses::run(
                strata::mse{}, {1, width, std::vector<float>(width, off), std::vector<float>(width, 0.0f)});
            const double exact = static_cast<double>(off) * static_cast<double>(off);
            CHECK(std::abs(static_cast<double>(got.loss) - exact) <= 0x1p-22 * exact);
        }
}

} // namespace
