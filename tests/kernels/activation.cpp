// Functions of one number over many: special values, derivatives against formulas in double, and every
// length. (How exact the values are is a test of kernels/elementary.)
#include "strata/kernels/activation.hpp"

#include "support/functions.hpp"
#include "support/kernels_of_functions.hpp"
#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;
using kernels::relu_function;
using kernels::sigmoid_function;
using kernels::tanh_function;

/// Numbers of both signs: evenly spread over +-100, and over the powers of two from 2^-126 to 2^100.
std::vector<float> sampled_range() {
    std::vector<float> x;
    for (int i = -100'000; i <= 100'000; ++i) x.push_back(static_cast<float>(i) * 1e-3f);
    for (int exponent = -126; exponent <= 100; ++exponent)
        for (const float digits : {1.0f, 1.1f, 1.37f, 1.5f, 1.93f})
            for (const float sign : {1.0f, -1.0f}) x.push_back(sign * std::ldexp(digits, exponent));
    return x;
}

/// What f gives for each x.
template <class Function>
std::vector<float> values(const std::vector<float>& x) {
    std::vector<float> y(x.size());
    kernels::activate<arch, Function>(x.size(), x.data(), y.data());
    return y;
}

TEST_CASE("tanh of special values") {
    const std::vector<float> y =
        values<tanh_function>({0.0f, -0.0f, infinity, -infinity, 3e38f, -3e38f, 0x1p-149f, not_a_number});
    CHECK(y[0] == 0.0f);
    CHECK(y[1] == 0.0f);
    CHECK(std::signbit(y[1]));
    CHECK(y[2] == 1.0f);
    CHECK(y[3] == -1.0f);
    CHECK(y[4] == 1.0f);
    CHECK(y[5] == -1.0f);
    CHECK(y[6] == 0x1p-149f);
    CHECK(std::isnan(y[7]));
}

TEST_CASE("sigmoid of special values") {
    const std::vector<float> y =
        values<sigmoid_function>({0.0f, -0.0f, infinity, -infinity, 3e38f, -3e38f, 0x1p-149f, not_a_number});
    CHECK(y[0] == 0.5f);
    CHECK(y[1] == 0.5f);
    CHECK(y[2] == 1.0f);
    CHECK(y[3] == 0.0f);
    CHECK(y[4] == 1.0f);
    CHECK(y[5] == 0.0f);
    CHECK(y[6] == 0.5f);
    CHECK(std::isnan(y[7]));
}

TEST_CASE("relu is the larger of zero and x, and keeps a NaN wherever it stands") {
    const std::vector<float> x = sampled_range();
    const std::vector<float> y = values<relu_function>(x);
    for (std::size_t i = 0; i < x.size(); ++i)
        if (y[i] != std::max(0.0f, x[i])) FAIL_CHECK("relu(" << x[i] << ") is " << y[i]);
    const std::vector<float> special = values<relu_function>({-0.0f, infinity, -infinity, 0x1p-149f});
    CHECK(special[0] == 0.0f);
    CHECK(special[1] == infinity);
    CHECK(special[2] == 0.0f);
    CHECK(special[3] == 0x1p-149f);
    for (std::size_t at = 0; at < 19; ++at) {
        std::vector<float> z(19, -1.0f);
        z[at] = not_a_number;
        const std::vector<float> kept = values<relu_function>(z);
        for (std::size_t i = 0; i < z.size(); ++i) CHECK(std::isnan(kept[i]) == (i == at));
    }
}

TEST_CASE("derivatives from values: relu's is 0 or 1 and 0 at 0, tanh's 1 - y^2, sigmoid's y (1 - y)") {
    const std::size_t count = 1003;
    std::vector<float> y = random_floats(count, 1);
    y[0] = 0.0f;
    y[1] = -0.0f;
    y[2] = 1.0f;
    y[3] = -1.0f;
    const std::vector<float> g = random_floats(count, 2);
    output by_relu{count};
    output by_tanh{count};
    output by_sigmoid{count};
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<double>(y[i]);
        const auto gradient = static_cast<double>(g[i]);
        by_relu.expect(i, value > 0 ? gradient : 0.0);
        by_tanh.expect(i, gradient * (1 - value * value), 3 * rounding * std::abs(gradient));
        by_sigmoid.expect(i, gradient * value * (1 - value), 6 * rounding * std::abs(gradient));
    }
    kernels::activate_gradient<arch, relu_function>(count, y.data(), g.data(), by_relu.data());
    kernels::activate_gradient<arch, tanh_function>(count, y.data(), g.data(), by_tanh.data());
    kernels::activate_gradient<arch, sigmoid_function>(count, y.data(), g.data(), by_sigmoid.data());
    CHECK(by_relu.wrong() == "");
    CHECK(by_tanh.wrong() == "");
    CHECK(by_sigmoid.wrong() == "");
}

TEST_CASE("every activation and its derivative are right over all floats, infinities included; NaNs stay") {
    for (const functions::kernel& k : functions::kernels()) functions::check(k);
}

} // namespace
