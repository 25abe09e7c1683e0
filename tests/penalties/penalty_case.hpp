// What tests of penalties share: the comparison with a formula in double, and what holds for each of them.
#pragma once

#include "losses/loss_case.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace losses {

/// What a penalty says of the first `width` values, and the gradient after it: `start` before it. What lies
/// beyond the values is rubbish; it may not count, nor be written.
template <class Penalty>
outcome penalize(const Penalty& what, const std::vector<float>& x, const std::vector<float>& start,
                 float scale, float rubbish = 1000.0f) {
    const std::size_t width = x.size();
    std::vector<float> values(width + 16, rubbish);
    std::vector<float> gradient(width + 16, rubbish);
    std::copy(x.begin(), x.end(), values.begin());
    std::copy(start.begin(), start.end(), gradient.begin());
    outcome result;
    result.loss = what.template penalize<strata::arch>(width, values.data(), gradient.data(), scale);
    for (std::size_t i = width; i < gradient.size(); ++i) CHECK(gradient[i] == rubbish);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float before = i < width ? x[i] : rubbish;
        CHECK((values[i] == before || std::isnan(before)));
    }
    gradient.resize(width);
    result.gradient = gradient;
    return result;
}

/// Compares value and gradient with `formula(x, width)`, in double, and its central differences; the gradient
/// is to be added, times a scale, to what is there. Values lie within +- range.
template <class Penalty, class Formula>
void check_penalty(const Penalty& what, std::size_t width, float range, const Formula& formula) {
    CAPTURE(width);
    const auto number = static_cast<unsigned>(width);
    const loss_case c = random_case(1, width, draw{-range, range, number}, draw{-1, 1, 100 + number});
    const std::vector<float>& start = c.target;
    constexpr float scale = 0.375f;
    const outcome got = penalize(what, c.y, start, scale);
    std::vector<double> x(c.y.begin(), c.y.end());
    const double expected = formula(x.data(), width);
    CHECK(std::abs(static_cast<double>(got.loss) - expected) <= 2e-6 * std::max(expected, 0.1));
    for (std::size_t i = 0; i < width; ++i) {
        CAPTURE(i);
        const double middle = x[i];
        x[i] = middle + 1e-5;
        const double above = formula(x.data(), width);
        x[i] = middle - 1e-5;
        const double below = formula(x.data(), width);
        x[i] = middle;
        const double slope = (above - below) / 2e-5;
        const double wanted = static_cast<double>(start[i]) + static_cast<double>(scale) * slope;
        CHECK(std::abs(static_cast<double>(got.gradient[i]) - wanted) <=
              1e-6 * std::max(1.0, std::abs(slope)));
    }
}

/// What every penalty promises, at a width.
template <class Penalty>
void check_penalty_promises(const Penalty& what, std::size_t width) {
    CAPTURE(width);
    const loss_case c = random_case(1, width, draw{-2, 2, 1}, draw{-1, 1, 2});
    {
        INFO("without a gradient, the value is the same");
        const float alone = what.template penalize<strata::arch>(width, c.y.data(), nullptr, 0.5f);
        CHECK(alone == penalize(what, c.y, c.target, 0.5f).loss);
        CHECK(alone > 0.0f);
    }
    {
        INFO("the scale is the gradient's alone");
        CHECK(penalize(what, c.y, c.target, 2.0f).loss == penalize(what, c.y, c.target, 0.5f).loss);
        CHECK(penalize(what, c.y, c.target, 0.0f).gradient == c.target);
    }
    {
        INFO("what lies beyond the row does not count");
        const outcome clean = penalize(what, c.y, c.target, 0.5f, 0.0f);
        const outcome dirty = penalize(what, c.y, c.target, 0.5f, 1e30f);
        CHECK(clean.loss == dirty.loss);
        CHECK(clean.gradient == dirty.gradient);
    }
    {
        INFO("a NaN is not lost");
        for (std::size_t i = 0; i < width; ++i) {
            std::vector<float> x = c.y;
            x[i] = not_a_number;
            const outcome got = penalize(what, x, c.target, 0.5f);
            CHECK(std::isnan(got.loss));
            for (std::size_t k = 0; k < width; ++k)
                if (k != i) CHECK(std::isfinite(got.gradient[k]));
        }
    }
    {
        INFO("zeros cost nothing");
        const std::vector<float> zeros(width, 0.0f);
        const outcome got = penalize(what, zeros, c.target, 0.5f);
        CHECK(got.loss == 0.0f);
        CHECK(got.gradient == c.target);
    }
}

} // namespace losses
