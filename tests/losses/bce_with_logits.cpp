// Binary cross-entropy of logits.
#include "strata/losses/bce_with_logits.hpp"
#include "strata/losses/bce.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace {

using losses::loss_case;
using losses::run;
using strata::bce_with_logits;

double cross_entropy_of_sigmoid(const double* x, const double* t, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i)
        sum += t[i] * std::log1p(std::exp(-x[i])) + (1 - t[i]) * std::log1p(std::exp(x[i]));
    return sum;
}

TEST_CASE("bce_with_logits: value and gradient are those of the formula, at every width") {
    unsigned number = 0;
    for (const std::size_t width : losses::widths)
        for (const std::size_t rows : {1u, 2u, 5u})
            for (const float range : {1.0f, 20.0f}) {
                CAPTURE(width);
                CAPTURE(rows);
                CAPTURE(range);
                ++number;
                const loss_case c = losses::random_case(rows, width, losses::draw{-range, range, number},
                                                        losses::draw{0, 1, 100 + number});
                losses::check_against(bce_with_logits{}, c, cross_entropy_of_sigmoid, rows * width, 4e-6);
            }
}

TEST_CASE("bce_with_logits: the same as bce of the sigmoid") {
    const loss_case logits = losses::random_case(4, 21, losses::draw{-4, 4, 1}, losses::draw{0, 1, 2});
    loss_case probabilities = logits;
    for (float& y : probabilities.y) y = 1 / (1 + std::exp(-y));
    const float expected = run(strata::bce{}, probabilities).loss;
    CHECK(run(bce_with_logits{}, logits).loss ==
          doctest::Approx(static_cast<double>(expected)).epsilon(1e-5));
}

TEST_CASE("bce_with_logits: extreme logits cost their size if wrong and nothing if right") {
    for (const float size : {100.0f, 1e4f, 1e30f})
        for (const float sign : {-1.0f, 1.0f})
            for (const std::size_t width : losses::widths) {
                CAPTURE(size);
                CAPTURE(sign);
                CAPTURE(width);
                const float right_target = sign > 0 ? 1.0f : 0.0f;
                const std::vector<float> x(width, sign * size);
                const losses::outcome right =
                    run(bce_with_logits{}, {1, width, x, std::vector<float>(width, right_target)});
                CHECK(right.loss >= 0.0f);
                CHECK(right.loss <= 1e-37f);
                for (const float slope : right.gradient) CHECK(std::abs(slope) <= 1e-37f);
                const losses::outcome wrong =
                    run(bce_with_logits{}, {1, width, x, std::vector<float>(width, 1 - right_target)});
                CHECK(wrong.loss == doctest::Approx(static_cast<double>(size)).epsilon(1e-5));
                for (const float slope : wrong.gradient)
                    CHECK(static_cast<double>(slope) ==
                          doctest::Approx(static_cast<double>(sign) / static_cast<double>(width)));
            }
}

TEST_CASE("bce_with_logits: small losses of good logits keep their digits") {
    // log(1 + e^-20), where 1 + e^-20 is 1 in float.
    const losses::outcome got = run(bce_with_logits{}, {1, 1, {20}, {1}});
    CHECK(static_cast<double>(got.loss) == doctest::Approx(std::log1p(std::exp(-20.0))).epsilon(1e-5));
}

TEST_CASE("bce_with_logits: what lies beyond the row does not count") {
    for (const std::size_t width : losses::widths) {
        const loss_case c = losses::random_case(3, width, losses::draw{-3, 3, 1}, losses::draw{0, 1, 2});
        const losses::outcome clean = run(bce_with_logits{}, c, 0.0f);
        const losses::outcome dirty = run(bce_with_logits{}, c, 1e30f);
        CHECK(clean.loss == dirty.loss);
        CHECK(clean.gradient == dirty.gradient);
    }
}

TEST_CASE("bce_with_logits: a NaN in the output or the target is not lost") {
    for (const std::size_t width : losses::widths)
        for (const std::size_t place : {std::size_t{0}, width - 1}) {
            loss_case c = losses::random_case(1, width, losses::draw{-2, 2, 1}, losses::draw{0, 1, 2});
            loss_case d = c;
            c.y[place] = losses::not_a_number;
            d.target[place] = losses::not_a_number;
            CHECK(std::isnan(run(bce_with_logits{}, c).loss));
            CHECK(std::isnan(run(bce_with_logits{}, d).loss));
        }
}

TEST_CASE(
    "bce_with_logits: an infinite logit costs nothing where its target is met, and infinity elsewhere") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    for (const float sign : {1.0f, -1.0f}) {
        const float met = sign > 0 ? 1.0f : 0.0f;
        const losses::outcome right =
            losses::run(strata::bce_with_logits{}, {1, 1, {sign * infinity}, {met}});
        CHECK(right.loss == 0.0f);
        CHECK(right.gradient[0] == 0.0f);
        const losses::outcome wrong =
            losses::run(strata::bce_with_logits{}, {1, 1, {sign * infinity}, {1.0f - met}});
        CHECK(wrong.loss == infinity);
        CHECK(wrong.gradient[0] == sign);
    }
}

} // namespace
