// What is done with random numbers, against plain loops, at widths around a vector and a line.
#include "strata/kernels/noise.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

constexpr std::size_t widths[]{1, 7, 8, 9, 16, 17, 33};

TEST_CASE("drop keeps values whose number is at least the rate, and scales them") {
    for (const std::size_t width : widths) {
        const std::vector<float> x = random_floats(width, 1);
        std::vector<float> uniform = random_floats(width, 2);
        uniform[0] = 0.25f; // the rate itself: kept
        std::vector<float> y(width + 1, 7.0f);
        kernels::drop<arch>(width, x.data(), uniform.data(), 0.25f, 2.0f, y.data());
        for (std::size_t i = 0; i < width; ++i) CHECK(y[i] == (uniform[i] < 0.25f ? 0.0f : 2.0f * x[i]));
        CHECK(y.back() == 7.0f);
    }
}

TEST_CASE("sample is mean + deviation * noise, and leaves the slope by the logarithm of the variance") {
    for (const std::size_t width : widths) {
        const std::vector<float> mean = random_floats(width, 1);
        const std::vector<float> log_variance = random_floats(width, 2);
        const std::vector<float> noise = random_floats(width, 3);
        std::vector<float> slope = noise;
        slope.push_back(7.0f);
        std::vector<float> y(width + 1, 7.0f);
        kernels::sample<arch>(width, mean.data(), log_variance.data(), slope.data(), y.data());
        for (std::size_t i = 0; i < width; ++i) {
            const double away =
                std::exp(static_cast<double>(log_variance[i]) / 2) * static_cast<double>(noise[i]);
            CHECK(static_cast<double>(y[i]) ==
                  doctest::Approx(static_cast<double>(mean[i]) + away).epsilon(1e-5));
            CHECK(static_cast<double>(slope[i]) == doctest::Approx(away / 2).epsilon(1e-5));
        }
        CHECK(y.back() == 7.0f);
        CHECK(slope.back() == 7.0f);
    }
}

} // namespace
