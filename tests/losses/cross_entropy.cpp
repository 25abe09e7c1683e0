// Cross-entropy of logits against probabilities.
#include "strata/losses/cross_entropy.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
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

/// The loss of samples of a shape.
template <strata::extents Output>
struct of_shape {
    template <class Arch>
    float value(strata::rows_view y, const strata::rows_view& target, std::size_t samples) const {
        y.sample = Output;
        return cross_entropy{}.value<Arch>(y, target, samples);
    }
    template <class Arch>
    float gradient(strata::rows_view y, const strata::rows_view& target, std::size_t samples,
                   const strata::padded_rows<float>& out) const {
        y.sample = Output;
        return cross_entropy{}.gradient<Arch>(y, target, samples, out);
    }
};

template <strata::extents Output>
void is_over_the_last_axis() {
    for (const std::size_t rows : {1u, 3u})
        for (const bool one_hot : {false, true}) {
            CAPTURE(strata::to_string(Output));
            CAPTURE(rows);
            CAPTURE(one_hot);
            constexpr std::size_t classes = Output.last();
            constexpr std::size_t pixels = Output.count() / classes;
            // Every pixel as if it were a sample.
            const loss_case apart = random_case(rows * pixels, classes, 5, one_hot, 3);
            const loss_case whole{rows, pixels * classes, apart.y, apart.target};
            losses::check_against(
                of_shape<Output>{}, whole,
                [](const double* y, const double* t, std::size_t width) {
                    double sum = 0;
                    for (std::size_t i = 0; i < width; i += classes) sum += of_softmax(y + i, t + i, classes);
                    return sum;
                },
                rows * pixels, 4e-6);
            const losses::outcome got = run(of_shape<Output>{}, whole);
            const losses::outcome expected = run(cross_entropy{}, apart);
            CHECK(got.loss == doctest::Approx(expected.loss).epsilon(1e-6));
            CHECK(got.gradient == expected.gradient);
        }
}

TEST_CASE("cross_entropy is over the last axis, averaged over pixels and samples") {
    is_over_the_last_axis<strata::shape<1, 2, 2>>();
    is_over_the_last_axis<strata::shape<2, 1, 2>>();
    is_over_the_last_axis<strata::shape<3, 5, 7>>();
    is_over_the_last_axis<strata::shape<4, 17>>();
    is_over_the_last_axis<strata::shape<9>>();
    is_over_the_last_axis<strata::shape<2, 3, 16>>();
    is_over_the_last_axis<strata::shape<2, 2, 33>>();
    is_over_the_last_axis<strata::shape<2, 2, 1>>();
}

TEST_CASE("cross_entropy: a logit of -infinity costs nothing where its target is 0") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const losses::outcome three = run(cross_entropy{}, {1, 3, {-infinity, 0, 1}, {0, 1, 0}});
    CHECK(three.loss == doctest::Approx(1.3132617)); // PyTorch's
    CHECK(three.gradient[0] == 0.0f);
    CHECK(three.gradient[1] == doctest::Approx(-0.7310586));
    CHECK(three.gradient[2] == doctest::Approx(0.7310586));
    for (const std::size_t width : losses::widths)
        for (std::size_t masked = 0; masked + 1 < width; ++masked) {
            CAPTURE(width);
            CAPTURE(masked);
            // The same without the masked logits, which begin at a place of their own.
            const loss_case rest = random_case(1, width - masked - 1, 3, false, 5);
            const std::size_t from = masked % (rest.width + 1);
            loss_case c = rest;
            c.width = width;
            c.y.insert(c.y.begin() + static_cast<std::ptrdiff_t>(from), masked + 1, -infinity);
            c.target.insert(c.target.begin() + static_cast<std::ptrdiff_t>(from), masked + 1, 0.0f);
            const losses::outcome got = run(cross_entropy{}, c);
            CHECK(got.loss == doctest::Approx(run(cross_entropy{}, rest).loss).epsilon(1e-5));
            CHECK(losses::all_finite(got.gradient));
            // A target that cannot be met costs infinity, and its gradient is finite.
            c.target[from] = 1;
            const losses::outcome wrong = run(cross_entropy{}, c);
            CHECK(wrong.loss == infinity);
            CHECK(losses::all_finite(wrong.gradient));
        }
}

TEST_CASE("cross_entropy: logits of which none is finite, or one is +infinity, give a NaN, as in PyTorch") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    CHECK(std::isnan(run(cross_entropy{}, {1, 2, {-infinity, -infinity}, {0, 1}}).loss));
    CHECK(std::isnan(run(cross_entropy{}, {1, 2, {infinity, 0}, {0, 1}}).loss));
}

} // namespace
