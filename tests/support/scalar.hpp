// What tests of functions applied value by value share: a layer's result and gradient against a formula in
// double.
#pragma once

#include "support/networks.hpp"

#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

/// Numbers on both sides of zero, zero among them, up to +-8.
inline std::vector<float> spread_numbers(std::size_t count) {
    std::vector<float> x(count);
    for (std::size_t i = 0; i < count; ++i)
        x[i] = (static_cast<float>(i) - static_cast<float>(count / 2)) * 16.0f / static_cast<float>(count);
    return x;
}

/// That a network of one such layer gives f(x), with rows and widths that are no whole vectors. `Net` takes
/// 15 numbers.
template <strata::any_network Net>
void computes(const std::function<double(double)>& f, double tolerance = 2e-6) {
    const std::vector<float> x = spread_numbers(4 * 15);
    const std::vector<float> y = run<Net>({}, x);
    REQUIRE(y.size() == x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        CAPTURE(x[i]);
        const double expected = f(static_cast<double>(x[i]));
        CHECK(std::abs(static_cast<double>(y[i]) - expected) <=
              tolerance * std::max(1.0, std::abs(expected)));
    }
}

/// What a network of one layer makes of one row of 15 numbers that starts with these.
template <strata::any_network Net>
std::vector<float> of(std::vector<float> x) {
    const std::size_t count = x.size();
    x.resize(15);
    std::vector<float> y = run<Net>({}, x);
    y.resize(count);
    return y;
}
