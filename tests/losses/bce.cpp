// Binary cross-entropy of probabilities.
#include "strata/losses/bce.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace {

using losses::loss_case;
using losses::run;
using strata::bce;

double cross_entropy(const double* y, const double* t, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum -= t[i] * std::log(y[i]) + (1 - t[i]) * std::log(1 - y[i]);
    return sum;
}

TEST_CASE("bce: value and gradient are those of the formula, at every width") {
    unsigned number = 0;
    for (const std::size_t width : losses::widths)
        for (const std::size_t rows : {1u, 2u, 5u}) {
            CAPTURE(width);
            CAPTURE(rows);
            ++number;
            const loss_case c = losses::random_case(rows, width, losses::draw{0.02f, 0.98f, number},
                                                    losses::draw{0, 1, 100 + number});
            losses::check_against(bce{}, c, cross_entropy, rows * width, 4e-6);
        }
}

TEST_CASE("bce: targets of exactly 0 and 1") {
    const losses::outcome got = run(bce{}, {1, 2, {0.25f, 0.25f}, {1, 0}});
    CHECK(static_cast<double>(got.loss) == doctest::Approx(-(std::log(0.25) + std::log(0.75)) / 2));
    CHECK(static_cast<double>(got.gradient[0]) == doctest::Approx(-4.0 / 2));
    CHECK(static_cast<double>(got.gradient[1]) == doctest::Approx(1 / 0.75 / 2));
}

TEST_CASE("bce: outputs of exactly 0 and 1 cost nothing if right, 100 if wrong, and stay finite") {
    const losses::outcome right = run(bce{}, {1, 2, {0, 1}, {0, 1}});
    CHECK(right.loss == 0.0f);
    CHECK(right.gradient == std::vector<float>{0, 0});
    for (const std::size_t width : losses::widths) {
        CAPTURE(width);
        loss_case c{1, width, std::vector<float>(width, 0.0f), std::vector<float>(width, 1.0f)};
        losses::outcome wrong = run(bce{}, c);
        CHECK(wrong.loss == doctest::Approx(100.0));
        CHECK(losses::all_finite(wrong.gradient));
        for (const float slope : wrong.gradient) CHECK(slope < 0);
        std::swap(c.y, c.target);
        wrong = run(bce{}, c);
        CHECK(wrong.loss == doctest::Approx(100.0));
        CHECK(losses::all_finite(wrong.gradient));
        for (const float slope : wrong.gradient) CHECK(slope > 0);
    }
}

TEST_CASE("bce: outputs a step from 0 and 1 have their own loss, not the cut one") {
    const losses::outcome got = run(bce{}, {1, 2, {1e-20f, 1 - 0x1p-24f}, {1, 0}});
    CHECK(static_cast<double>(got.loss) ==
          doctest::Approx((-std::log(1e-20) + 24 * std::log(2.0)) / 2).epsilon(1e-5));
    CHECK(losses::all_finite(got.gradient));
}

TEST_CASE("bce: what lies beyond the row does not count") {
    for (const std::size_t width : losses::widths) {
        const loss_case c = losses::random_case(3, width, losses::draw{0.1f, 0.9f, 1}, losses::draw{0, 1, 2});
        const losses::outcome clean = run(bce{}, c, 0.0f);
        const losses::outcome dirty = run(bce{}, c, 1e30f);
        CHECK(clean.loss == dirty.loss);
        CHECK(clean.gradient == dirty.gradient);
    }
}

TEST_CASE("bce: a NaN in the output or the target is not lost") {
    for (const std::size_t width : losses::widths)
        for (const std::size_t place : {std::size_t{0}, width - 1}) {
            loss_case c = losses::random_case(1, width, losses::draw{0.1f, 0.9f, 1}, losses::draw{0, 1, 2});
            loss_case d = c;
            c.y[place] = losses::not_a_number;
            d.target[place] = losses::not_a_number;
            CHECK(std::isnan(run(bce{}, c).loss));
            CHECK(std::isnan(run(bce{}, d).loss));
        }
}

} // namespace
