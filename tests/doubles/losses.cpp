// Every loss and penalty in double: gradients agree with central differences of values to 1e-7.
#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using namespace strata;
using machine_of_doubles = machine_of<arch, double>;

std::vector<double> draw(std::size_t count, double low, double high, std::uint64_t number) {
    std::vector<double> values(count);
    fill_uniform<machine_of_doubles>(values, low, high, seed{number});
    return values;
}

/// The largest difference of a gradient and central differences, relative to the steepest slope.
template <class Value>
double worst_error(std::vector<double>& x, const std::vector<double>& gradient, const Value& value) {
    double steepest = 0;
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double middle = x[i];
        const double step = 1e-5;
        x[i] = middle + step;
        const double above = value();
        x[i] = middle - step;
        const double below = value();
        x[i] = middle;
        const double slope = (above - below) / (2 * step);
        steepest = std::max(steepest, std::abs(slope));
        worst = std::max(worst, std::abs(slope - gradient[i]));
    }
    return steepest == 0 ? 1 : worst / steepest;
}

template <class Loss>
void check_loss(const Loss& loss, double low, double high, double least, double most) {
    for (const std::size_t width : {2u, 4u, 7u, 16u, 19u}) {
        const std::size_t rows = 3;
        std::vector<double> y = draw(rows * width, low, high, width);
        const std::vector<double> target = draw(rows * width, least, most, 100 + width);
        const extents sample{width};
        const auto value = [&] {
            return loss.template value<machine_of_doubles>(as_rows(y, sample), as_rows(target, sample), rows);
        };
        basic_arena<double> memory{rows * row_stride(width)};
        const padded_rows<double> out{memory.data(), rows, width};
        const double with_gradient = loss.template gradient<machine_of_doubles>(
            as_rows(y, sample), as_rows(target, sample), rows, out);
        CHECK(with_gradient == value());
        std::vector<double> gradient;
        for (std::size_t r = 0; r < rows; ++r) gradient.insert(gradient.end(), out[r], out[r] + width);
        CAPTURE(width);
        CHECK(worst_error(y, gradient, value) <= 1e-7);
    }
}

TEST_CASE("losses") {
    check_loss(mse{}, -2, 2, -2, 2);
    check_loss(mae{}, -2, 2, -2, 2);
    check_loss(huber{}, -2, 2, -2, 2);
    check_loss(huber{.delta = 0.25f}, -2, 2, -2, 2);
    check_loss(bce{}, 0.05, 0.95, 0, 1);
    check_loss(bce_with_logits{}, -5, 5, 0, 1);
    check_loss(cross_entropy{}, -5, 5, 0, 1);
    check_loss(0.25f * mse{}, -2, 2, -2, 2);
    check_loss(unchecked(cross_entropy{}), -5, 5, 0, 1);
    check_loss(mse{} + 0.5f * on_weights(l2{}), -2, 2, -2, 2);
}

TEST_CASE("far logits: neither infinite nor a NaN, and exact where float is not") {
    const std::vector<double> y{700, -700, 30, -30};
    const std::vector<double> t{1, 0, 1, 0};
    const double loss =
        bce_with_logits{}.value<machine_of_doubles>(as_rows(y, shape<4>), as_rows(t, shape<4>), 1);
    CHECK(loss == doctest::Approx(2 * std::log1p(std::exp(-30.0)) / 4).epsilon(1e-12));
}

template <class Penalty>
void check_penalty(const Penalty& penalty, double low, double high) {
    for (const std::size_t count : {2u, 4u, 10u, 34u}) {
        std::vector<double> x = draw(count, low, high, count);
        std::vector<double> gradient(count, 0.0);
        const double scale = 0.75;
        penalty.template penalize<machine_of_doubles>(count, x.data(), gradient.data(), scale);
        CAPTURE(count);
        CHECK(worst_error(x, gradient, [&] {
                  return scale * penalty.template penalize<machine_of_doubles>(count, x.data(), nullptr, 0.0);
              }) <= 1e-7);
    }
}

TEST_CASE("penalties") {
    check_penalty(l1{}, -2, 2);
    check_penalty(l2{}, -2, 2);
    check_penalty(gaussian_kl{}, -2, 2);
    check_penalty(gaussian_kl{}, -1e-3, 1e-3);
}

struct with_terms : network<input<5>, dense<6>, strata::tanh, mark<"code">, dense<3>> {};

TEST_CASE("a loss with terms: every weight's gradient") {
    const auto loss =
        2.0f * mse{} + 0.5f * at<"code">(l2{}) + 0.25f * at<"code">(l1{}) + 0.125f * on_weights(l2{});
    model<with_terms, double> net{seed{3}};
    workspace<with_terms, batch<4>, training, double> work;
    const std::vector<double> x = draw(4 * 5, -1, 1, 1);
    const std::vector<double> y = draw(4 * 3, -1, 1, 2);
    const double value = accumulate(net, work, loss, x, y);
    CHECK(value == doctest::Approx(evaluate(net, loss, x, y)).epsilon(1e-12));
    for (const placed_parameter& p : parameters_of<with_terms>)
        for (std::size_t i = 0; i < p.what.count(); ++i) {
            double& weight = net.storage()[p.offset + p.what.place(i)];
            const double before = weight;
            weight = before + 1e-5;
            const double above = evaluate(net, loss, x, y);
            weight = before - 1e-5;
            const double below = evaluate(net, loss, x, y);
            weight = before;
            CAPTURE(p.layer_number);
            CAPTURE(i);
            CHECK(std::abs((above - below) / 2e-5 -
                           work.parameter_gradients()[p.gradient_offset + p.what.place(i)]) <= 1e-7);
        }
}

} // namespace
