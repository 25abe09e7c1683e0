// Cross-entropy of logits against probabilities.
#include "strata/losses/cross_entropy.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using losses::loss_case;
using losses::run;
using strata::cross_entropy;

double of_softmax(const double* x, const double* t, std::size_t width) {
    const double largest = *std::max_element(x, x + width);
    double exponentials = 0;
    for (std::size_t i = 0; i < width; ++i) exponentials += std::exp(x[i] - largest);
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum -= t[i] * (x[i] - largest - std::log(exponentials));
    return sum;
}

/// Targets that are probabilities, or one-hot.
loss_case random_case(std::size_t rows, std::size_t width, float range, bool one_hot, unsigned number) {
    loss_case c = losses::random_case(rows, width, losses::draw{-range, range, number},
                                      losses::draw{0.1f, 1, 100 + number});
    for (std::size_t r = 0; r < rows; ++r) {
        float* t = c.target.data() + r * width;
        if (one_hot) {
            std::fill_n(t, width, 0.0f);
            t[(7 * r + number) % width] = 1;
        } else {
            float sum = 0;
            for (std::size_t i = 0; i < width; ++i) sum += t[i];
            for (std::size_t i = 0; i < width; ++i) t[i] /= sum;
        }
    }
    return c;
}

TEST_CASE("cross_entropy: value and gradient are those of the formula, at every width") {
    unsigned number = 0;
    for (const std::size_t width : losses::widths)
        for (const std::size_t rows : {1u, 2u, 5u})
            for (const float range : {1.0f, 20.0f})
                for (const bool one_hot : {false, true}) {
                    CAPTURE(width);
                    CAPTURE(rows);
                    CAPTURE(range);
                    CAPTURE(one_hot);
                    losses::check_against(cross_entropy{}, random_case(rows, width, range, one_hot, ++number),
                                          of_softmax, rows, 4e-6);
                }
}

TEST_CASE("cross_entropy: targets that do not add up to one, as the formula says") {
    const loss_case c = losses::random_case(3, 17, losses::draw{-2, 2, 1}, losses::draw{-1, 2, 2});
    losses::check_against(cross_entropy{}, c, of_softmax, 3, 4e-6);
}

TEST_CASE("cross_entropy: equal logits cost the logarithm of the number of classes") {
    for (const std::size_t width : losses::widths)
        for (const float level : {0.0f, -80.0f, 80.0f, 1e4f, -1e4f}) {
            CAPTURE(width);
            CAPTURE(level);
            loss_case c{1, width, std::vector<float>(width, level), std::vector<float>(width, 0.0f)};
            c.target[width - 1] = 1;
            const losses::outcome got = run(cross_entropy{}, c);
            CHECK(static_cast<double>(got.loss) ==
                  doctest::Approx(std::log(static_cast<double>(width))).epsilon(1e-5));
            for (std::size_t i = 0; i < width; ++i)
                CHECK(static_cast<double>(got.gradient[i]) ==
                      doctest::Approx(1 / static_cast<double>(width) - (i + 1 == width ? 1 : 0)));
        }
}

TEST_CASE("cross_entropy: adding one number to all logits changes nothing") {
    loss_case c = random_case(3, 11, 4, true, 5);
    const losses::outcome before = run(cross_entropy{}, c);
    for (float& x : c.y) x += 1024; // exact for all but the last bits
    const losses::outcome after = run(cross_entropy{}, c);
    CHECK(static_cast<double>(after.loss) == doctest::Approx(static_cast<double>(before.loss)).epsilon(1e-3));
}

TEST_CASE("cross_entropy: extreme logits cost their distance if wrong and nothing if right") {
    for (const float size : {100.0f, 1e4f})
        for (const std::size_t width : {2u, 7u, 8u, 9u, 16u, 17u, 33u})
            for (const std::size_t place : {std::size_t{0}, width - 1}) {
                CAPTURE(size);
                CAPTURE(width);
                CAPTURE(place);
                loss_case c{1, width, std::vector<float>(width, -size), std::vector<float>(width, 0.0f)};
                c.y[place] = size;
                c.target[place] = 1;
                const losses::outcome right = run(cross_entropy{}, c);
                CHECK(std::abs(right.loss) <= 1e-30f);
                for (const float slope : right.gradient) CHECK(std::abs(slope) <= 1e-30f);
                std::fill(c.target.begin(), c.target.end(), 0.0f);
                c.target[width - 1 - place] = 1;
                const losses::outcome wrong = run(cross_entropy{}, c);
                CHECK(static_cast<double>(wrong.loss) == doctest::Approx(2.0 * static_cast<double>(size)));
                CHECK(wrong.gradient[place] == doctest::Approx(1.0));
                CHECK(wrong.gradient[width - 1 - place] == doctest::Approx(-1.0));
                CHECK(losses::all_finite(wrong.gradient));
            }
}

TEST_CASE("cross_entropy: what lies beyond the row does not count") {
    for (const std::size_t width : losses::widths) {
        const loss_case c = random_case(3, width, 3, false, 1);
        const losses::outcome clean = run(cross_entropy{}, c, 0.0f);
        for (const float rubbish : {1e30f, -1e30f}) {
            const losses::outcome dirty = run(cross_entropy{}, c, rubbish);
            CHECK(clean.loss == dirty.loss);
            CHECK(clean.gradient == dirty.gradient);
        }
    }
}

TEST_CASE("cross_entropy: all logits far below zero, where the padding's zeros would win") {
    const losses::outcome got = run(cross_entropy{}, {1, 3, {-500, -501, -502}, {1, 0, 0}}, 0.0f);
    CHECK(static_cast<double>(got.loss) ==
          doctest::Approx(std::log(1 + std::exp(-1.0) + std::exp(-2.0))).epsilon(1e-5));
}

TEST_CASE("cross_entropy: a NaN in the output or the target is not lost") {
    for (const std::size_t width : losses::widths)
        for (const std::size_t place : {std::size_t{0}, width / 2, width - 1}) {
            loss_case c = random_case(1, width, 2, false, 1);
            loss_case d = c;
            c.y[place] = losses::not_a_number;
            d.target[place] = losses::not_a_number;
            CHECK(std::isnan(run(cross_entropy{}, c).loss));
            CHECK(std::isnan(run(cross_entropy{}, d).loss));
        }
}

} // namespace
