// The divergence of Gaussian codes from the unit Gaussian.
#include "strata/penalties/gaussian_kl.hpp"

#include "penalties/penalty_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace {

using losses::penalize;
using strata::gaussian_kl;

/// Of n means and n logarithms of variances; `width` is 2 n.
double divergence(const double* x, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width / 2; ++i) {
        const double mean = x[i];
        const double log_variance = x[width / 2 + i];
        sum += 0.5 * (mean * mean + std::exp(log_variance) - 1 - log_variance);
    }
    return sum;
}

TEST_CASE("gaussian_kl: value and gradient are those of the formula, at every width") {
    for (const std::size_t codes : losses::widths)
        for (const float range : {0.1f, 3.0f})
            losses::check_penalty(gaussian_kl{}, 2 * codes, range, divergence);
}

TEST_CASE("gaussian_kl: what every penalty promises") {
    for (const std::size_t codes : losses::widths) losses::check_penalty_promises(gaussian_kl{}, 2 * codes);
}

TEST_CASE("gaussian_kl: the unit Gaussian is exactly 0 from itself, and any other is more") {
    for (const std::size_t codes : losses::widths) {
        CAPTURE(codes);
        std::vector<float> x(2 * codes, 0.0f);
        CHECK(penalize(gaussian_kl{}, x, std::vector<float>(x.size(), 0.0f), 1.0f).loss == 0.0f);
        for (const std::size_t place : {std::size_t{0}, codes - 1, codes, 2 * codes - 1})
            for (const float off : {-0.01f, 0.01f}) {
                x[place] = off;
                const losses::outcome got =
                    penalize(gaussian_kl{}, x, std::vector<float>(x.size(), 0.0f), 1.0f);
                CHECK(got.loss > 0.0f);
                CHECK(got.gradient[place] * off > 0.0f);
                x[place] = 0;
            }
    }
}

TEST_CASE("gaussian_kl: small variances' logarithms keep their digits") {
    const losses::outcome got = penalize(gaussian_kl{}, {0, 1e-3f}, {0, 0}, 1.0f);
    CHECK(static_cast<double>(got.gradient[1]) == doctest::Approx(0.5 * std::expm1(1e-3)).epsilon(1e-6));
    const losses::outcome narrow = penalize(gaussian_kl{}, {0, -60}, {0, 0}, 1.0f);
    CHECK(static_cast<double>(narrow.loss) == doctest::Approx(29.5).epsilon(1e-6));
    CHECK(narrow.gradient[1] == -0.5f);
}

TEST_CASE("gaussian_kl: finite as long as its value is, and then infinite, not a NaN") {
    for (const float log_variance : {80.0f, 88.0f, 88.7f, 88.8f, 89.0f, 89.3f}) {
        CAPTURE(log_variance);
        const losses::outcome got = penalize(gaussian_kl{}, {0, log_variance}, {0, 0}, 0.5f);
        const double exact = 0.5 * std::exp(static_cast<double>(log_variance));
        CHECK(static_cast<double>(got.loss) == doctest::Approx(exact).epsilon(1e-6));
        CHECK(static_cast<double>(got.gradient[1]) == doctest::Approx(0.5 * exact).epsilon(1e-6));
    }
    // A weight keeps the gradient finite beyond.
    CHECK(std::isfinite(penalize(gaussian_kl{}, {0, 95}, {0, 0}, 1e-4f).gradient[1]));
    CHECK(std::isinf(penalize(gaussian_kl{}, {0, 90}, {0, 0}, 1.0f).loss));
    CHECK(
        std::isinf(penalize(gaussian_kl{}, {0, std::numeric_limits<float>::infinity()}, {0, 0}, 1.0f).loss));
}

TEST_CASE("gaussian_kl: a row of any length is within 2 units of the last place of a sum in double") {
    for (const std::size_t codes : {32'768u, 500'001u}) {
        std::vector<float> x(2 * codes, 0.7f);
        const double exact = divergence(std::vector<double>(x.begin(), x.end()).data(), x.size());
        const float got = gaussian_kl{}.penalize<strata::arch>(x.size(), x.data(), nullptr, 1.0f);
        CHECK(std::abs(static_cast<double>(got) - exact) <= 0x1p-22 * exact);
    }
}

} // namespace
