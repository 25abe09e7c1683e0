// The divergence of Gaussian codes from the unit Gaussian.
#include "strata/losses/kl_divergence.hpp"

#include "losses/penalty_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using losses::penalize;
using strata::kl_divergence;

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

TEST_CASE("kl_divergence: value and gradient are those of the formula, at every width") {
    for (const std::size_t codes : losses::widths)
        for (const float range : {0.1f, 3.0f})
            losses::check_penalty(kl_divergence{}, 2 * codes, range, divergence);
}

TEST_CASE("kl_divergence: what every penalty promises") {
    for (const std::size_t codes : losses::widths) losses::check_penalty_promises(kl_divergence{}, 2 * codes);
}

TEST_CASE("kl_divergence: the unit Gaussian is exactly 0 from itself, and any other is more") {
    for (const std::size_t codes : losses::widths) {
        CAPTURE(codes);
        std::vector<float> x(2 * codes, 0.0f);
        CHECK(penalize(kl_divergence{}, x, std::vector<float>(x.size(), 0.0f), 1.0f).loss == 0.0f);
        for (const std::size_t place : {std::size_t{0}, codes - 1, codes, 2 * codes - 1})
            for (const float off : {-0.01f, 0.01f}) {
                x[place] = off;
                const losses::outcome got =
                    penalize(kl_divergence{}, x, std::vector<float>(x.size(), 0.0f), 1.0f);
                CHECK(got.loss > 0.0f);
                CHECK(got.gradient[place] * off > 0.0f);
                x[place] = 0;
            }
    }
}

TEST_CASE("kl_divergence: small variances' logarithms keep their digits") {
    const losses::outcome got = penalize(kl_divergence{}, {0, 1e-3f}, {0, 0}, 1.0f);
    CHECK(static_cast<double>(got.gradient[1]) == doctest::Approx(0.5 * std::expm1(1e-3)).epsilon(1e-6));
    const losses::outcome narrow = penalize(kl_divergence{}, {0, -60}, {0, 0}, 1.0f);
    CHECK(static_cast<double>(narrow.loss) == doctest::Approx(29.5).epsilon(1e-6));
    CHECK(narrow.gradient[1] == -0.5f);
}

} // namespace
