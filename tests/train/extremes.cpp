// Numbers at the edge of what floats and doubles hold, through every loss and every layer that works with exponentials,
// products or statistics: what is in range comes out right, and nothing is a NaN.

#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

using namespace strata;

namespace {

template <class Real>
constexpr Real denormal = std::numeric_limits<Real>::denorm_min() * 37;

/// A loss of one row at these outputs and targets, and its gradient.
template <class Real>
struct loss_of_row {
    Real value{};
    std::vector<Real> gradient;
};
template <class Real, class Loss>
loss_of_row<Real> run_loss(const Loss& loss, const std::vector<Real>& y, const std::vector<Real>& target) {
    using on = machine_of<arch, Real>;
    const extents sample{y.size()};
    basic_arena<Real> memory{row_stride(y.size())};
    const padded_rows<Real> out{memory.data(), 1, y.size()};
    loss_of_row<Real> result;
    result.value = loss.template gradient<on>(as_rows(y, sample), as_rows(target, sample), 1, out);
    CHECK(result.value == loss.template value<on>(as_rows(y, sample), as_rows(target, sample), 1));
    result.gradient.assign(out[0], out[0] + y.size());
    return result;
}

/// What is finite in long double, in a Real: at its largest number infinity begins.
template <class Real>
void check_near(Real found, long double wanted) {
    CAPTURE(found);
    CAPTURE(wanted);
    if (std::abs(wanted) > static_cast<long double>(std::numeric_limits<Real>::max()))
        CHECK(found == (wanted > 0 ? 1 : -1) * std::numeric_limits<Real>::infinity());
    else
        CHECK(std::abs(static_cast<long double>(found) - wanted) <=
              8 * std::numeric_limits<Real>::epsilon() * std::abs(wanted) +
                  std::max(1e-80L, 4 * static_cast<long double>(std::numeric_limits<Real>::min())));
}

template <class Real>
std::vector<std::vector<Real>> extreme_rows() {
    const Real d = denormal<Real>;
    return {{Real(1e4), Real(-1e4), 0, Real(1e4)},
            {Real(1e30), Real(-1e30), 0, 1},
            {Real(-1e30), Real(-1e30), Real(-1e30), Real(-1e30)},
            {Real(1e30), Real(1e30), Real(1e4), Real(-1e4)},
            {d, -d, 0, 2 * d},
            {0, 0, 0, 0}};
}

} // namespace

TEST_CASE_TEMPLATE("losses of logits", Real, float, double) {
    for (const std::vector<Real>& y : extreme_rows<Real>())
        for (std::size_t k = 0; k < 4; ++k) {
            std::vector<Real> target(4, Real(0));
            target[k] = 1;
            CAPTURE(k);
            const auto sigmoid_of = [](long double v) { return 1 / (1 + std::exp(-v)); };
            const long double largest = *std::ranges::max_element(y);
            long double sum = 0, wanted = 0;
            for (const Real v : y) sum += std::exp(v - largest);
            const auto entropy = run_loss<Real>(cross_entropy{}, y, target);
            check_near(entropy.value, largest - y[k] + std::log(sum));
            const auto binary = run_loss<Real>(bce_with_logits{}, y, target);
            for (std::size_t i = 0; i < 4; ++i) {
                const long double v = y[i];
                check_near(entropy.gradient[i], std::exp(v - largest) / sum - target[i]);
                check_near(binary.gradient[i], (sigmoid_of(v) - target[i]) / 4);
                wanted += std::max(v, 0.0L) - v * target[i] + std::log1p(std::exp(-std::abs(v)));
            }
            check_near(binary.value, wanted / 4);
        }
}

TEST_CASE_TEMPLATE("losses of differences: infinite where the number is, and never a NaN", Real, float,
                   double) {
    for (const std::vector<Real>& y : extreme_rows<Real>())
        for (const std::vector<Real>& target : extreme_rows<Real>()) {
            long double squares = 0, distances = 0, bent = 0;
            const auto squared = run_loss<Real>(mse{}, y, target);
            const auto absolute = run_loss<Real>(mae{}, y, target);
            const auto huberised = run_loss<Real>(huber{}, y, target);
            for (std::size_t i = 0; i < 4; ++i) {
                const long double d = static_cast<long double>(y[i]) - target[i];
                squares += d * d / 4;
                distances += std::abs(d) / 4;
                bent += (std::abs(d) <= 1 ? d * d / 2 : std::abs(d) - 0.5L) / 4;
                check_near(squared.gradient[i], 2 * d / 4);
                check_near(absolute.gradient[i], ((d > 0) - (d < 0)) / 4.0L);
                check_near(huberised.gradient[i], std::clamp(d, -1.0L, 1.0L) / 4);
            }
            check_near(squared.value, squares);
            check_near(absolute.value, distances);
            check_near(huberised.value, bent);
        }
}

TEST_CASE_TEMPLATE("bce of probabilities from 0 to 1", Real, float, double) {
    const Real d = denormal<Real>;
    const auto check = [](Real y, Real target) {
        CAPTURE(y);
        CAPTURE(target);
        const auto found = run_loss<Real>(bce{}, std::vector<Real>{y}, std::vector<Real>{target});
        const long double p = y;
        const long double wanted =
            -target * std::max(std::log(p), -100.0L) - (1 - target) * std::max(std::log1p(-p), -100.0L);
        CHECK(static_cast<double>(found.value) == doctest::Approx(static_cast<double>(wanted)).epsilon(1e-5));
        CHECK(std::isfinite(found.value));
        CHECK(std::isfinite(found.gradient[0]));
    };
    for (const Real y : {Real(0), Real(1), d, Real(1) - std::numeric_limits<Real>::epsilon()})
        for (const Real target : {Real(0), Real(1), Real(0.5)}) check(y, target);
}

namespace {

/// A layer's outputs of training and the gradient by its inputs, at an output gradient of ones.
template <class Real>
struct pass {
    std::vector<Real> y, x_gradient, parameter_gradient;
};
template <class Net, class Real, std::size_t Rows>
pass<Real> run_layer(const std::vector<Real>& x, Real slope = 1) {
    model<Net, Real> net{glorot_uniform{}, seed{1}};
    workspace<Net, batch<Rows>, training, Real> work;
    pass<Real> result;
    const basic_rows_view<Real> y = forward(net, work, x);
    for (std::size_t r = 0; r < y.rows; ++r) result.y.insert(result.y.end(), y[r].begin(), y[r].end());
    const std::vector<Real> ones(Rows * Net::output.count(), slope);
    detail::load_output_gradient(work, ones);
    detail::add_up policy;
    detail::run_backward<machine_of<arch, Real>, true, true>(detail::weights_of<Net>(net), work, no_terms{},
                                                             policy);
    const basic_rows_view<Real> by_x = work.input_gradient();
    for (std::size_t r = 0; r < by_x.rows; ++r)
        result.x_gradient.insert(result.x_gradient.end(), by_x[r].begin(), by_x[r].end());
    result.parameter_gradient.assign(work.parameter_gradients().begin(), work.parameter_gradients().end());
    return result;
}
template <class Real>
bool are_finite(const std::vector<Real>& values) {
    return std::ranges::all_of(values, [](Real v) { return std::isfinite(v); });
}

template <class Layer>
struct of_four : network<strata::input<4>, Layer> {};

/// A function of one number and its slope at extreme numbers.
template <class Layer, class Real, class Function, class Slope>
void check_function(const Function& f, const Slope& slope) {
    INFO(Layer::describe());
    for (const std::vector<Real>& x : extreme_rows<Real>()) {
        const auto found = run_layer<of_four<Layer>, Real, 1>(x);
        for (std::size_t i = 0; i < 4; ++i) {
            CAPTURE(x[i]);
            check_near(found.y[i], f(static_cast<long double>(x[i])));
            check_near(found.x_gradient[i], slope(static_cast<long double>(x[i])));
        }
    }
}

} // namespace

TEST_CASE_TEMPLATE("activations", Real, float, double) {
    const auto s = [](long double v) { return 1 / (1 + std::exp(-v)); };
    const auto phi = [](long double v) { return std::erfc(-v / std::sqrt(2.0L)) / 2; };
    check_function<sigmoid, Real>(s, [&](long double v) { return s(v) * s(-v); });
    check_function<strata::tanh, Real>([](long double v) { return std::tanh(v); },
                                       [](long double v) { return 1 - std::tanh(v) * std::tanh(v); });
    check_function<softplus, Real>(
        [](long double v) { return std::max(v, 0.0L) + std::log1p(std::exp(-std::abs(v))); }, s);
    check_function<silu, Real>([&](long double v) { return v * s(v); },
                               [&](long double v) { return s(v) + v * s(v) * s(-v); });
    check_function<gelu, Real>([&](long double v) { return v * phi(v); },
                               [&](long double v) {
                                   return phi(v) +
                                          v * std::exp(-v * v / 2) / std::sqrt(2 * 3.14159265358979323846L);
                               });
    check_function<elu<>, Real>([](long double v) { return v > 0 ? v : std::expm1(v); },
                                [](long double v) { return v > 0 ? 1 : std::exp(v); });
    check_function<leaky_relu<0.5>, Real>([](long double v) { return v > 0 ? v : v / 2; },
                                          [](long double v) { return v > 0 ? 1 : 0.5L; });
    check_function<relu, Real>([](long double v) { return std::max(v, 0.0L); },
                               [](long double v) { return v > 0; });
}

TEST_CASE_TEMPLATE("softmax", Real, float, double) {
    for (const std::vector<Real>& x : extreme_rows<Real>()) {
        const auto found = run_layer<of_four<softmax>, Real, 1>(x);
        const long double largest = *std::ranges::max_element(x);
        long double sum = 0;
        for (const Real v : x) sum += std::exp(v - largest);
        for (std::size_t i = 0; i < 4; ++i) {
            check_near(found.y[i], std::exp(x[i] - largest) / sum);
            CHECK(std::abs(found.x_gradient[i]) <= 4 * std::numeric_limits<Real>::epsilon());
        }
    }
}

namespace {

// clang-format off
struct by_batch : network<strata::input<18>, batch_norm<>> {};
struct by_layer : network<strata::input<18>, layer_norm<>> {};
struct by_group : network<strata::input<18>, group_norm<3>> {};
struct by_batch_of_images : network<strata::input<3, 3, 2>, batch_norm<>> {};
struct by_layer_of_images : network<strata::input<3, 3, 2>, layer_norm<>> {};
struct by_group_of_images : network<strata::input<3, 3, 2>, group_norm<2>> {};
struct behind_dense : network<strata::input<18>, dense<18>, batch_norm<>, dense<3>> {};
// clang-format on

/// Rows that are the same number throughout: no value differs from its mean.
template <class Net, class Real, std::size_t Rows>
void check_constant() {
    INFO(describe<Net>());
    for (const Real value :
         {Real(0), Real(1), Real(-3.3), Real(1e4), Real(-1e4), Real(1e15), denormal<Real>}) {
        CAPTURE(value);
        const auto found = run_layer<Net, Real, Rows>(std::vector<Real>(Rows * 18, value), Real(0.5));
        // Its bias; in double the mean may be one rounding away, and the deviation is not below the root of 1e-5.
        const Real most =
            std::is_same_v<Real, float>
                ? Real(0)
                : std::min(Real(1), std::abs(value) * std::numeric_limits<Real>::epsilon() * 320);
        for (const Real y : found.y) CHECK(std::abs(y) <= most);
        CHECK(are_finite(found.x_gradient));
        CHECK(are_finite(found.parameter_gradient));
    }
    for (const Real value : {Real(1e30), Real(-1e30)}) { // the mean of which may be one rounding away
        const auto found = run_layer<Net, Real, Rows>(std::vector<Real>(Rows * 18, value));
        for (const Real y : found.y) CHECK(std::abs(y) <= 1);
        CHECK(are_finite(found.x_gradient));
    }
}
/// Rows of other numbers, most of which are as small, or as large, as numbers are.
template <class Net, class Real, std::size_t Rows>
void check_spread() {
    INFO(describe<Net>());
    for (const Real scale : {denormal<Real>, Real(1e-30), Real(1e4), Real(1e15)}) {
        CAPTURE(scale);
        std::vector<Real> x(Rows * 18);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = scale * static_cast<Real>(i * 7 % 19);
        const auto found = run_layer<Net, Real, Rows>(x, Real(0.5));
        CHECK(are_finite(found.y));
        CHECK(are_finite(found.x_gradient));
        CHECK(are_finite(found.parameter_gradient));
        for (const Real y : found.y) CHECK(std::abs(y) <= Real(Rows * 18));
    }
}
template <class Net, class Real>
void check_norm() {
    check_constant<Net, Real, 5>();
    check_constant<Net, Real, 1>();
    check_spread<Net, Real, 5>();
    check_spread<Net, Real, 1>();
}

} // namespace

TEST_CASE_TEMPLATE("normalizations of constant rows, one row, and rows at the edge", Real, float, double) {
    check_norm<by_batch, Real>();
    check_norm<by_layer, Real>();
    check_norm<by_group, Real>();
    check_norm<by_batch_of_images, Real>();
    check_norm<by_layer_of_images, Real>();
    check_norm<by_group_of_images, Real>();
}

TEST_CASE_TEMPLATE("batch_norm of one row hands nothing back, and its running statistics stay numbers", Real,
                   float, double) {
    std::vector<Real> x(18, Real(0.25));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] *= static_cast<Real>(i);
    const auto alone = run_layer<by_batch, Real, 1>(x);
    for (const Real g : alone.x_gradient) CHECK(g == 0);
    model<behind_dense, Real> net{glorot_uniform{}, seed{1}};
    workspace<behind_dense, batch<1>, training, Real> work;
    strata::optimizer<behind_dense, adam, Real> opt{net, adam{}};
    for (int k = 0; k < 50; ++k)
        CHECK(std::isfinite(train_step(net, work, opt, mse{}, x, std::vector<Real>(3, Real(1)))));
    CHECK(are_finite(std::vector<Real>(net.storage().begin(), net.storage().end())));
    CHECK(are_finite(predict(net, x)));
}

TEST_CASE("standard_scaler of constant columns, one row, and numbers at the edge") {
    const auto check = [](const std::vector<float>& x, bool constant) {
        const standard_scaler scaler{as_rows(x, shape<3>)};
        const auto scaled = scaler.transform(as_rows(x, shape<3>));
        const rows_view view = scaled;
        for (std::size_t r = 0; r < view.rows; ++r)
            for (const float v : view[r]) {
                CHECK(std::isfinite(v));
                if (constant) CHECK(v == 0.0f);
                CHECK(std::abs(v) <= static_cast<float>(view.rows));
            }
    };
    for (const float value : {0.0f, 1e4f, -3.3f, 1e30f, 3e38f, denormal<float>}) {
        check(std::vector<float>(3, value), true);
        check(std::vector<float>(15, value), true);
    }
    check({1e30f, denormal<float>, 3e38f, -1e30f, 0, -3e38f, 0, 5 * denormal<float>, 1}, false);
}
