// Huber's loss.
#include "strata/losses/huber.hpp"

#include "losses/loss_case.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using losses::loss_case;
using losses::run;
using strata::huber;

double huber_error(const double* y, const double* t, std::size_t width) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) {
        const double d = std::abs(y[i] - t[i]);
        sum += d <= 1 ? 0.5 * d * d : d - 0.5;
    }
    return sum;
}

TEST_CASE("huber: value and gradient are those of the formula, at every width") {
    unsigned number = 0;
    for (const std::size_t width : losses::widths)
        for (const std::size_t rows : {1u, 2u, 5u}) {
            CAPTURE(width);
            CAPTURE(rows);
            ++number;
            const loss_case c = losses::random_case(rows, width, losses::draw{-2, 2, number},
                                                    losses::draw{-2, 2, 100 + number});
            losses::check_against(huber{}, c, huber_error, rows * width);
        }
}

TEST_CASE("huber: worked out by hand") {
    const losses::outcome got = run(huber{}, {2, 2, {1, 2, 3, 4}, {0, 2, 5, 4}});
    CHECK(got.loss == 0.5f); // (0.5 + 0 + 1.5 + 0) / 4
    CHECK(got.gradient == std::vector<float>{0.25f, 0, -0.25f, 0});
}

TEST_CASE("huber: delta is where squares end") {
    const losses::outcome got = run(huber{.delta = 3.0f}, {1, 2, {2, 8}, {0, 0}});
    CHECK(got.loss == 10.75f); // (2 + 3 * (8 - 1.5)) / 2
    CHECK(got.gradient == std::vector<float>{1, 1.5f});
}

TEST_CASE("huber: zero exactly where the target is met") {
    const losses::outcome got = run(huber{}, {1, 3, {1, 2, 3}, {1, 2, 3}});
    CHECK(got.loss == 0.0f);
    CHECK(got.gradient == std::vector<float>{0, 0, 0});
}

TEST_CASE("huber: what lies beyond the row does not count") {
    for (const std::size_t width : losses::widths) {
        const loss_case c = losses::random_case(3, width, losses::draw{-2, 2, 1}, losses::draw{-2, 2, 2});
        const losses::outcome clean = run(huber{}, c, 0.0f);
        const losses::outcome dirty = run(huber{}, c, 1e30f);
        CHECK(clean.loss == dirty.loss);
        CHECK(clean.gradient == dirty.gradient);
    }
}

TEST_CASE("huber: a NaN in the output or the target is not lost") {
    for (const std::size_t width : losses::widths)
        for (const std::size_t place : {std::size_t{0}, width - 1}) {
            loss_case c = losses::random_case(1, width, losses::draw{-2, 2, 1}, losses::draw{-2, 2, 2});
            loss_case d = c;
            c.y[place] = losses::not_a_number;
            d.target[place] = losses::not_a_number;
            CHECK(std::isnan(run(huber{}, c).loss));
            CHECK(std::isnan(run(huber{}, d).loss));
        }
}

} // namespace
