// Passes of several inputs and outputs: gradients by each input, sums of passes, steps, and the same bits every time.
#include "strata/train/accumulate.hpp"

#include "strata/core.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

using namespace strata;
using tests::conditional, tests::three_in_two_out;

namespace {

/// A term on weights is not in what input_gradient returns.
auto by_samples() { return at<"digit">(mse{}) + 0.5f * at<"style">(huber{}) + 0.25f * at<"code">(l2{}); }
auto objective() { return by_samples() + 0.01f * on_weights(l2{}); }

/// By one number of the samples, central differences of the loss.
template <class Net, class Loss, class X, class Y>
double difference(const model<Net, double>& net, const Loss& loss, const X& x, const Y& y, double& at) {
    const double before = at;
    at = before + 1e-5;
    const double up = evaluate(net, loss, x, y);
    at = before - 1e-5;
    const double down = evaluate(net, loss, x, y);
    at = before;
    return (up - down) / 2e-5;
}

/// Every number of every input.
template <class Net, class Loss, class X, class Y>
void check_input_gradients(const Loss& loss, X x, const Y& y) {
    const model<Net, double> net{seed{3}};
    workspace<Net, batch<4>, training, double> work;
    const auto gradient = input_gradient(net, work, loss, x, y);
    static_assert(std::tuple_size_v<decltype(gradient.inputs)> == Net::inputs.size());
    CHECK(gradient.loss == doctest::Approx(evaluate(net, loss, x, y)).epsilon(1e-12));
    detail::for_each_part(x, [&](std::size_t k, std::vector<double>& values) {
        CAPTURE(k);
        const basic_rows_view<double>& rows = gradient.inputs[k];
        REQUIRE(rows.rows * rows.width == values.size());
        bool any = false;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double analytic = rows[i / rows.width][i % rows.width];
            any = any || analytic != 0;
            CHECK(std::abs(analytic - difference(net, loss, x, y, values[i])) < 1e-9);
        }
        CHECK(any);
    });
}

struct problem {
    decltype(tests::samples_for<three_in_two_out>(1, 1)) x = tests::samples_for<three_in_two_out>(6, 1);
    decltype(tests::targets_for<three_in_two_out>(1, 1)) y = tests::targets_for<three_in_two_out>(6, 7);
    model<three_in_two_out> net{seed{3}};
    workspace<three_in_two_out, batch<6>> work;
    [[nodiscard]] std::vector<float> gradients() {
        return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
    }
};

/// Rows first to first + count - 1 of each vector of a tuple.
template <class Shapes, class... Vectors>
auto some(const std::tuple<Vectors...>& all, const Shapes& shapes, std::size_t first, std::size_t count) {
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
        return std::tuple{
            std::span{std::get<K>(all)}.subspan(first * shapes[K].count(), count * shapes[K].count())...};
    }(std::index_sequence_for<Vectors...>{});
}

} // namespace

TEST_CASE("the gradient by each input agrees with central differences") {
    check_input_gradients<three_in_two_out>(by_samples(),
                                            tests::in_double(tests::samples_for<three_in_two_out>(4, 1)),
                                            tests::in_double(tests::targets_for<three_in_two_out>(4, 7)));
    check_input_gradients<conditional>(mae{}, tests::in_double(tests::samples_for<conditional>(3, 1)),
                                       std::get<0>(tests::in_double(tests::targets_for<conditional>(3, 7))));
    using late = from<three_in_two_out, "code">;
    check_input_gradients<late>(at<"digit">(mse{}) + at<"style">(mse{}),
                                tests::in_double(tests::samples_for<late>(4, 1)),
                                tests::in_double(tests::targets_for<late>(4, 7)));
    // An input that is read twice, and by itself at an output's layer.
    struct twice : network<strata::input<4>, mark<"a">, strata::input<4>, strata::multiply<"a">, mark<"p">,
                           dense<3>, mark<"y">, resume<"p">, strata::subtract<"a">, mark<"z">> {};
    check_input_gradients<twice>(at<"y">(mse{}) + at<"z">(mse{}),
                                 tests::in_double(tests::samples_for<twice>(4, 1)),
                                 tests::in_double(tests::targets_for<twice>(4, 7)));
}

TEST_CASE("input_gradient leaves the gradients of weights as they are") {
    problem p;
    const float loss = accumulate(p.net, p.work, objective(), p.x, p.y);
    const std::vector<float> before = p.gradients();
    const auto slope = input_gradient(p.net, p.work, objective(), p.x, p.y);
    CHECK(slope.loss < loss);
    CHECK(slope.loss == input_gradient(p.net, p.work, by_samples(), p.x, p.y).loss);
    CHECK(p.gradients() == before);
}

TEST_CASE("gradients of parts of a batch, weighted, are those of the batch") {
    const model<three_in_two_out, double> net{seed{3}};
    const auto x = tests::in_double(tests::samples_for<three_in_two_out>(9, 1));
    const auto y = tests::in_double(tests::targets_for<three_in_two_out>(9, 7));
    const auto loss = at<"digit">(mse{}) + at<"style">(mse{});
    workspace<three_in_two_out, batch<9>, training, double> whole, one;
    const double value = accumulate(net, whole, loss, x, y);
    double sum = 0;
    std::vector<double> gradients(whole.parameter_gradients().size());
    for (std::size_t r = 0; r < 9; ++r) {
        one.clear_gradients();
        sum += accumulate(net, one, loss, some(x, three_in_two_out::inputs, r, 1),
                          some(y, three_in_two_out::outputs, r, 1));
        for (std::size_t i = 0; i < gradients.size(); ++i) gradients[i] += one.parameter_gradients()[i];
    }
    CHECK(value == doctest::Approx(sum / 9).epsilon(1e-12));
    for (std::size_t i = 0; i < gradients.size(); ++i)
        CHECK(std::abs(whole.parameter_gradients()[i] - gradients[i] / 9) < 1e-13);
    // Two passes add up.
    CHECK(accumulate(net, whole, loss, x, y) == value);
    for (std::size_t i = 0; i < gradients.size(); ++i)
        CHECK(std::abs(whole.parameter_gradients()[i] - 2 * gradients[i] / 9) < 1e-13);
}

TEST_CASE("train_step is accumulate and a step, bit for bit, where layers are moved one by one too") {
    struct large : network<strata::input<40>, dense<300>, strata::tanh, mark<"a">, strata::input<30>,
                           dense<300>, strata::tanh, strata::add<"a">, mark<"sum">, dense<200>, mark<"y">,
                           resume<"sum">, dense<3>, mark<"z">> {};
    static_assert(large::gradient_floats >= 65536);
    const auto loss = at<"y">(mse{}) + at<"z">(mse{});
    const auto x = tests::samples_for<large>(6, 1);
    const auto y = tests::targets_for<large>(6, 7);
    model<large> a{seed{1}}, b{seed{1}};
    workspace<large, batch<6>> a_work, b_work;
    optimizer a_opt{a, adam{}}, b_opt{b, adam{}};
    for (int step = 0; step < 3; ++step) {
        const float value = train_step(a, a_work, a_opt, loss, x, y);
        CHECK(accumulate(b, b_work, loss, x, y) == value);
        b_opt.step(b, b_work);
    }
    CHECK(tests::weights_of(a) == tests::weights_of(b));
    problem p, q;
    optimizer p_opt{p.net, sgd{}}, q_opt{q.net, sgd{}};
    CHECK(train_step(p.net, p.work, p_opt, objective(), p.x, p.y) ==
          accumulate(q.net, q.work, objective(), q.x, q.y));
    q_opt.step(q.net, q.work);
    CHECK(tests::weights_of(p.net) == tests::weights_of(q.net));
}

TEST_CASE("evaluate is the sum of each output's, over any number of samples") {
    const model<three_in_two_out> net{seed{3}};
    for (const std::size_t rows : {1u, 31u, 32u, 33u, 100u}) {
        CAPTURE(rows);
        const auto x = tests::samples_for<three_in_two_out>(rows, 1);
        const auto y = tests::targets_for<three_in_two_out>(rows, 7);
        const auto& [left, image, late] = x;
        const double digit = static_cast<double>(
            evaluate<until<three_in_two_out, "digit">>(net, mse{}, std::tie(left, image), std::get<0>(y)));
        const double style =
            static_cast<double>(evaluate<until<three_in_two_out, "style">>(net, huber{}, x, std::get<1>(y)));
        CHECK(static_cast<double>(evaluate(net, at<"digit">(mse{}) + 0.5f * at<"style">(huber{}), x, y)) ==
              doctest::Approx(digit + 0.5 * style).epsilon(1e-6));
        CHECK(evaluate<from<three_in_two_out, "code">>(
                  net, at<"digit">(mse{}) + 0.5f * at<"style">(huber{}),
                  std::tuple{predict<"code">(net, std::tie(left, image)), late},
                  y) == evaluate(net, at<"digit">(mse{}) + 0.5f * at<"style">(huber{}), x, y));
    }
}

TEST_CASE("the same bits from one workspace to another, whatever they did before") {
    for (std::uint64_t trial = 0; trial < 50; ++trial) {
        CAPTURE(trial);
        problem p, q;
        const std::size_t rows = 1 + trial % 6;
        p.x = tests::samples_for<three_in_two_out>(rows, 100 + 10 * trial);
        p.y = tests::targets_for<three_in_two_out>(rows, 200 + 10 * trial);
        // The other has run before: on more rows, backwards, and on what is not finite.
        const float infinity = std::numeric_limits<float>::infinity();
        auto bad = q.x;
        std::fill(std::get<1>(bad).begin(), std::get<1>(bad).end(), infinity);
        forward(q.net, q.work, bad);
        backward(q.net, q.work, 1.0f);
        input_gradient(q.net, q.work, objective(), bad, q.y);
        q.work.clear_gradients();
        CHECK(accumulate(p.net, p.work, objective(), p.x, p.y) ==
              accumulate(q.net, q.work, objective(), p.x, p.y));
        CHECK(p.gradients() == q.gradients());
        const auto a = input_gradient(p.net, p.work, objective(), p.x, p.y);
        const auto b = input_gradient(q.net, q.work, objective(), p.x, p.y);
        for (std::size_t k = 0; k < 3; ++k)
            for (std::size_t r = 0; r < rows; ++r)
                CHECK(std::equal(a.inputs[k][r].begin(), a.inputs[k][r].end(), b.inputs[k][r].begin()));
    }
}

TEST_CASE("no samples: no loss, and gradients of no rows") {
    problem p;
    const std::vector<float> none;
    const auto no_samples = std::tie(none, none, none);
    const auto gradient = input_gradient(p.net, p.work, objective(), no_samples, std::tie(none, none));
    CHECK(gradient.loss == 0);
    for (const rows_view& rows : gradient.inputs) CHECK(rows.rows == 0);
    CHECK(accumulate(p.net, p.work, objective(), no_samples, std::tie(none, none)) == 0);
}
