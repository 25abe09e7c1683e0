// What activations and their derivatives are in double, and the comparison over floats of every size. Includes
// nothing of the library: units of other compiler flags run the functions.
#pragma once

#include "support/function_kernel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace functions {

/// What it computes, and how far off it may be: in units of the last place, and besides absolutely.
struct formula {
    const char* name;
    double (*exact)(double);
    double ulps;
    double absolute;
};

inline double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
inline double normal_below(double x) { return 0.5 * std::erfc(-x * std::sqrt(0.5)); }
inline double density(double x) { return std::exp(-0.5 * x * x) * 0.39894228040143267794; }
/// 0 times infinity is 0.
inline double times(double a, double b) { return a == 0 || b == 0 ? 0.0 : a * b; }
inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// Derivatives are computed from values, which lose digits near 1 and -1.
inline const formula formulas[]{
    {"exp", [](double x) { return std::exp(x); }, 2, 0},
    {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }, 2, 0},
    {"tanh", [](double x) { return std::tanh(x); }, 2, 0},
    {"softplus", softplus, 3, 0},
    {"elu", [](double x) { return x < 0 ? std::expm1(x) : x; }, 2, 0},
    {"leaky_relu 0.25", [](double x) { return x < 0 ? 0.25 * x : x; }, 1, 0},
    {"leaky_relu 0", [](double x) { return x < 0 ? 0.0 : x; }, 0, 0},
    {"relu", [](double x) { return x < 0 ? 0.0 : x; }, 0, 0},
    {"gelu", [](double x) { return times(x, normal_below(x)); }, 2, 3e-7},
    {"silu", [](double x) { return times(x, logistic(x)); }, 4, 2e-43},
    {"clip -1 to 2", [](double x) { return x < -1  ? -1.0
                                           : x > 2 ? 2.0
                                                   : x; }, 0, 0},
    {"tanh'", [](double x) { return 1 - std::tanh(x) * std::tanh(x); }, 2, 4e-7},
    {"sigmoid'", [](double x) { return 1 / ((1 + std::exp(x)) * (1 + std::exp(-x))); }, 2, 2e-7},
    {"softplus'", [](double x) { return 1 / (1 + std::exp(-x)); }, 4, 0},
    {"elu'", [](double x) { return x < 0 ? std::exp(x) : 1.0; }, 2, 2e-7},
    {"silu'", [](double x) { return logistic(x) + times(x, logistic(x) * logistic(-x)); }, 4, 2e-7},
    {"gelu'", [](double x) { return normal_below(x) + times(x, density(x)); }, 2, 4e-7},
};

/// Floats of every size and sign, and those where something happens; NaNs and infinities among them.
inline std::vector<float> floats() {
    std::vector<float> x;
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 10'007)
        x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    for (const float centre : {0.0f,    0x1p-126f,
                               1e-20f,  0.35f,
                               0.5f,    0.69f,
                               1.0f,    5.6f,
                               9.0f,    10.0f,
                               14.0f,   16.6f,
                               18.0f,   20.0f,
                               87.3f,   88.7f,
                               89.0f,   103.9f,
                               104.0f,  1e30f,
                               3.4e38f, std::numeric_limits<float>::infinity()})
        for (int i = -40; i <= 40; ++i)
            for (const float sign : {1.0f, -1.0f}) {
                const auto bits = static_cast<std::int64_t>(std::bit_cast<std::uint32_t>(centre)) + i;
                if (bits >= 0) x.push_back(sign * std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
            }
    return x;
}

/// Checks a kernel against the formula of its name: within `factor` times what that allows, and `more`; NaNs
/// stay, and nothing else becomes one.
inline void check(const kernel& k, double factor = 1, double more = 0) {
    const std::string name = k.name;
    CAPTURE(name);
    const auto* f = std::find_if(std::begin(formulas), std::end(formulas),
                                 [&](const formula& one) { return one.name == name; });
    REQUIRE(f != std::end(formulas));
    const std::vector<float> x = floats();
    std::vector<float> y(x.size());
    k.run(x.size(), x.data(), y.data());
    constexpr double largest = std::numeric_limits<float>::max();
    std::size_t wrong = 0;
    double worst = 0;
    float worst_at = 0;
    float worst_is = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double want = f->exact(static_cast<double>(x[i]));
        const auto got = static_cast<double>(y[i]);
        double off = 0; // of what is allowed
        if (std::isnan(x[i]) || std::isnan(y[i]))
            off = std::isnan(x[i]) && std::isnan(y[i]) ? 0 : 1e300;
        else if (std::isinf(y[i]))
            off = std::abs(want) > 0.9999999 * largest && got * want > 0 ? 0 : 1e300;
        else if (std::abs(want) > 1.0000001 * largest)
            off = 1e300;
        else {
            const double unit = std::ldexp(1.0, std::max(want == 0 ? -126 : std::ilogb(want), -126) - 23);
            off = std::abs(got - want) / (factor * (f->ulps * unit + f->absolute) + more + 1e-300);
        }
        if (off > 1) ++wrong;
        if (off > worst) {
            worst = off;
            worst_at = x[i];
            worst_is = y[i];
        }
    }
    CAPTURE(worst);
    CAPTURE(worst_at);
    CAPTURE(worst_is);
    CHECK(wrong == 0);
}

} // namespace functions
