// What tests of losses share: a loss computed on rows amid rubbish, and the comparison with a scalar formula.
#pragma once

#include "strata/kernels/vectors.hpp"
#include "strata/tensor/arena.hpp"
#include "strata/tensor/rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace losses {

/// Around a vector and a line: shorter, equal, longer.
inline constexpr std::size_t widths[]{1, 7, 8, 9, 16, 17, 33};

inline constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

/// Outputs and targets, row after row.
struct loss_case {
    std::size_t rows = 0;
    std::size_t width = 0;
    std::vector<float> y, target;
};

struct outcome {
    float loss = 0;
    std::vector<float> gradient;
};

inline bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// Runs a loss with `rubbish` in the padding of both blocks: none of it may count, and none may be written. Its value
/// alone is the same, and so is its gradient elsewhere than over the targets.
template <class Loss>
outcome run(const Loss& loss, const loss_case& c, float rubbish = 1000.0f) {
    const std::size_t stride = strata::row_stride(c.width);
    strata::arena y{c.rows * stride};
    strata::arena target{c.rows * stride};
    std::fill(y.span().begin(), y.span().end(), rubbish);
    std::fill(target.span().begin(), target.span().end(), rubbish);
    const strata::padded_rows<float> y_rows{y.data(), c.rows, c.width};
    const strata::padded_rows<float> target_rows{target.data(), c.rows, c.width};
    copy_rows({c.y.data(), c.rows, c.width, c.width}, y_rows);
    copy_rows({c.target.data(), c.rows, c.width, c.width}, target_rows);
    outcome result;
    const float value = loss.template value<strata::arch>(y_rows, target_rows, c.rows);
    for (std::size_t r = 0; r < c.rows; ++r)
        for (std::size_t i = 0; i < c.width; ++i) { // the target is untouched
            const float wanted = c.target[r * c.width + i];
            CHECK((target_rows[r][i] == wanted || std::isnan(wanted)));
        }
    strata::arena apart{c.rows * stride};
    std::fill(apart.span().begin(), apart.span().end(), rubbish);
    const strata::padded_rows<float> apart_rows{apart.data(), c.rows, c.width};
    const float elsewhere = loss.template gradient<strata::arch>(y_rows, target_rows, c.rows, apart_rows);
    result.loss = loss.template gradient<strata::arch>(y_rows, target_rows, c.rows, target_rows);
    CHECK(same_bits(value, result.loss));
    CHECK(same_bits(elsewhere, result.loss));
    for (std::size_t i = 0; i < c.rows * stride; ++i) CHECK(same_bits(apart.data()[i], target.data()[i]));
    for (std::size_t r = 0; r < c.rows; ++r) {
        result.gradient.insert(result.gradient.end(), target_rows[r], target_rows[r] + c.width);
        for (std::size_t i = c.width; i < stride; ++i) CHECK(target_rows[r][i] == rubbish);
    }
    return result;
}

/// A case of random numbers: draw_y() and draw_target() give one each.
template <class DrawY, class DrawTarget>
loss_case random_case(std::size_t rows, std::size_t width, const DrawY& draw_y,
                      const DrawTarget& draw_target) {
    loss_case c{rows, width, std::vector<float>(rows * width), std::vector<float>(rows * width)};
    for (float& value : c.y) value = draw_y();
    for (float& value : c.target) value = draw_target();
    return c;
}

/// Random numbers from [low, high], the same on every machine.
class draw {
public:
    draw(float low, float high, unsigned seed) : low_{low}, high_{high}, engine_{seed} {}
    float operator()() const { return low_ + (high_ - low_) * static_cast<float>(engine_() >> 8) * 0x1p-24f; }

private:
    float low_, high_;
    mutable std::mt19937 engine_;
};

/// Compares value and gradient with `row_loss(y, t, width)`, a row's loss in double, summed over rows and
/// divided by `parts`, and with its central differences; `tolerance` is relative to the largest of each.
template <class Loss, class RowLoss>
void check_against(const Loss& loss, const loss_case& c, const RowLoss& row_loss, std::size_t parts,
                   double tolerance = 2e-6) {
    const outcome got = run(loss, c);
    std::vector<double> y(c.y.begin(), c.y.end());
    const std::vector<double> target(c.target.begin(), c.target.end());
    const double n = static_cast<double>(parts);
    double expected = 0;
    double magnitude = 0;
    for (std::size_t r = 0; r < c.rows; ++r) {
        const double part = row_loss(y.data() + r * c.width, target.data() + r * c.width, c.width);
        expected += part / n;
        magnitude += std::abs(part) / n;
    }
    CHECK(std::abs(static_cast<double>(got.loss) - expected) <= tolerance * std::max(magnitude, 1.0 / n));

    std::vector<double> slope(y.size());
    double steepest = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::size_t row = i / c.width * c.width;
        const double middle = y[i];
        const double step = 1e-5 * std::max(0.01, std::min(1.0, std::abs(middle)));
        y[i] = middle + step;
        const double above = row_loss(y.data() + row, target.data() + row, c.width);
        y[i] = middle - step;
        const double below = row_loss(y.data() + row, target.data() + row, c.width);
        y[i] = middle;
        slope[i] = (above - below) / (2 * step) / n;
        steepest = std::max(steepest, std::abs(slope[i]));
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(static_cast<double>(got.gradient[i]) - slope[i]) <= tolerance * steepest + 1e-9);
    }
}

/// What losses of differences share, value by value: at every width the formula's value and gradient, nothing
/// counted from beyond the row, no NaN lost, and zero where the target is met.
template <class Loss, class RowLoss>
void check_differences(const Loss& loss, const RowLoss& row_loss) {
    unsigned number = 0;
    for (const std::size_t width : widths)
        for (const std::size_t rows : {1u, 2u, 5u}) {
            CAPTURE(width);
            CAPTURE(rows);
            ++number;
            const loss_case c = random_case(rows, width, draw{-2, 2, number}, draw{-2, 2, 100 + number});
            check_against(loss, c, row_loss, rows * width);
            const outcome clean = run(loss, c, 0.0f);
            const outcome dirty = run(loss, c, 1e30f);
            CHECK(clean.loss == dirty.loss);
            CHECK(clean.gradient == dirty.gradient);
            for (const std::size_t place : {std::size_t{0}, rows * width - 1}) {
                loss_case bad_output = c;
                loss_case bad_target = c;
                bad_output.y[place] = not_a_number;
                bad_target.target[place] = not_a_number;
                CHECK(std::isnan(run(loss, bad_output).loss));
                CHECK(std::isnan(run(loss, bad_target).loss));
            }
        }
    const outcome met = run(loss, {1, 3, {1, 2, 3}, {1, 2, 3}});
    CHECK(met.loss == 0.0f);
    CHECK(met.gradient == std::vector<float>{0, 0, 0});
}

inline bool all_finite(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

} // namespace losses
