// From uniform to normal numbers, against the inverse of std::erf in double.
#include "strata/kernels/inverse_erf.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// The x >= 0 whose error function is y, by halving an interval; near 1 by the complement, which is exact
/// there.
double exact_inverse_erf(double y) {
    double low = 0;
    double high = 6;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        const bool below = y < 0.5 ? std::erf(middle) < y : std::erfc(middle) > 1 - y;
        (below ? low : high) = middle;
    }
    return low;
}

/// Numbers from (0, 1): spread evenly, close to 0, and close to 1.
std::vector<float> positive_uniforms() {
    std::vector<float> y;
    for (int i = 1; i < 4096; ++i) y.push_back(static_cast<float>(i) * 0x1p-12f);
    for (int exponent = -24; exponent < -1; ++exponent)
        for (const float digits : {1.0f, 1.25f, 1.5f, 1.75f}) {
            y.push_back(std::ldexp(digits, exponent));
            y.push_back(1.0f - std::ldexp(digits, exponent < -22 ? -22 : exponent));
        }
    y.push_back(1.0f - 0x1p-24f);
    return y;
}

TEST_CASE("uniform_to_normal is mean + deviation * sqrt(2) * the inverse error function, to 3e-6 of it") {
    const std::vector<float> y = positive_uniforms();
    for (const float sign : {1.0f, -1.0f})
        for (const float deviation : {1.0f, 0.25f}) {
            output values{y.size()};
            for (std::size_t i = 0; i < y.size(); ++i) {
                const double exact = static_cast<double>(sign * deviation) * std::sqrt(2.0) *
                                     exact_inverse_erf(static_cast<double>(y[i]));
                values.start(i, sign * y[i]);
                values.expect(i, exact, 3e-6 * std::abs(exact));
            }
            kernels::uniform_to_normal<arch>(y.size(), values.data(), 0.0f, deviation);
            CHECK(values.wrong() == "");
        }
}

TEST_CASE("the mean is added, and a deviation of zero leaves it alone") {
    std::vector<float> values{-0.5f, 0.0f, 0.5f};
    kernels::uniform_to_normal<arch>(3, values.data(), 3.0f, 2.0f);
    CHECK(values[0] == doctest::Approx(3.0 - 2.0 * 0.67448975).epsilon(1e-6)); // the quartile
    CHECK(values[1] == 3.0f);
    CHECK(values[2] == doctest::Approx(3.0 + 2.0 * 0.67448975).epsilon(1e-6));
    std::vector<float> same{-0.5f, 0.99f, 1.0f - 0x1p-24f};
    kernels::uniform_to_normal<arch>(3, same.data(), 3.0f, 0.0f);
    CHECK(same == std::vector<float>{3.0f, 3.0f, 3.0f});
}

TEST_CASE("the outermost uniform numbers give 5.42 deviations") {
    std::vector<float> values{1.0f - 0x1p-24f, -1.0f + 0x1p-24f};
    kernels::uniform_to_normal<arch>(2, values.data(), 0.0f, 1.0f);
    CHECK(values[0] > 5.41f);
    CHECK(values[0] <= 5.42f);
    CHECK(values[1] == -values[0]);
}

TEST_CASE("every length is written, no more, and a number's result does not depend on its place") {
    const std::vector<float> y = random_floats(40, 1);
    std::vector<float> all = y;
    kernels::uniform_to_normal<arch>(all.size(), all.data(), 0.5f, 2.0f);
    for (std::size_t count = 0; count <= 40; ++count) {
        CAPTURE(count);
        output values{count, count % 16};
        for (std::size_t i = 0; i < count; ++i) {
            values.start(i, y[40 - count + i]);
            values.expect(i, static_cast<double>(all[40 - count + i]));
        }
        kernels::uniform_to_normal<arch>(count, values.data(), 0.5f, 2.0f);
        CHECK(values.wrong() == "");
    }
}

} // namespace
