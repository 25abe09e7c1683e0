// Losses with terms beside the output's: value and gradients against the whole sum worked out in double.

#include "strata/train/loss_terms.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

using namespace strata;

namespace {

constexpr std::size_t rows = 5;

// clang-format off
struct small : network<
    strata::input<7>,
    dense<12>, strata::tanh, mark<"code">,
    dense<6>, strata::tanh, mark<"late">,
    dense<4>> {};
struct partly_frozen : network<
    strata::input<7>,
    frozen<dense<12>>, strata::tanh, mark<"code">,
    dense<6>, strata::tanh, mark<"late">,
    frozen<dense<4>>> {};
// clang-format on

using numbers = std::vector<double>;

/// What lies where in one sample's pass through `small`.
struct pass {
    numbers code, late, out;
};

/// `small` in double, all over again: its weights as they are read, and a forward pass of one sample.
class by_hand {
public:
    template <class Net>
    explicit by_hand(const model<Net>& net) {
        for (const placed_parameter& p : parameters_of<Net>) {
            std::vector<float> values(p.what.count());
            net.read(p, values);
            parameters.emplace_back(values.begin(), values.end());
        }
    }
    [[nodiscard]] pass run(const numbers& x) const {
        pass p;
        p.code = layer(x, 0, true);
        p.late = layer(p.code, 2, true);
        p.out = layer(p.late, 4, false);
        return p;
    }

    std::vector<numbers> parameters; ///< weight, bias, weight, ...

private:
    [[nodiscard]] numbers layer(const numbers& x, std::size_t at, bool bend) const {
        numbers y = parameters[at + 1];
        for (std::size_t i = 0; i < x.size(); ++i)
            for (std::size_t o = 0; o < y.size(); ++o) y[o] += x[i] * parameters[at][i * y.size() + o];
        if (bend)
            for (double& value : y) value = std::tanh(value);
        return y;
    }
};

double sum_of(const numbers& x, const std::function<double(double)>& f) {
    double sum = 0;
    for (const double value : x) sum += f(value);
    return sum;
}
double magnitudes(const numbers& x) {
    return sum_of(x, [](double v) { return std::abs(v); });
}
double squares(const numbers& x) {
    return sum_of(x, [](double v) { return v * v; });
}
/// Of three means and three logarithms of variances.
double divergence(const numbers& x) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += 0.5 * (x[i] * x[i] + std::exp(x[3 + i]) - 1 - x[3 + i]);
    return sum;
}

/// What the terms of a loss are to be worth: of one sample (mean over samples), and of the weights.
struct terms_by_hand {
    double of_output = 1;
    std::function<double(const pass&)> of_sample = [](const pass&) { return 0.0; };
    std::function<double(const by_hand&)> of_weights = [](const by_hand&) { return 0.0; };
};

template <class Net>
struct problem {
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Net, batch<rows + 2>> work;
    std::vector<float> x = tests::uniform_rows(rows, 7, 2);
    std::vector<float> y = tests::uniform_rows(rows, 4, 3);

    problem() {
        std::uint64_t number = 10;
        for (const placed_parameter& p : parameters_of<Net>) // biases too, which glorot_uniform leaves at 0
            net.write(p, tests::uniform_rows(1, p.what.count(), number++));
    }
    std::vector<float> gradients() {
        return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
    }
    [[nodiscard]] double total(const by_hand& hand, const terms_by_hand& terms) const {
        double sum = 0;
        for (std::size_t r = 0; r < rows; ++r) {
            const pass p =
                hand.run(numbers(x.begin() + std::ptrdiff_t(r * 7), x.begin() + std::ptrdiff_t(r * 7 + 7)));
            double error = 0;
            for (std::size_t i = 0; i < 4; ++i) error += std::pow(p.out[i] - double(y[r * 4 + i]), 2);
            sum += terms.of_output * error / 4 + terms.of_sample(p);
        }
        return sum / double(rows) + terms.of_weights(hand);
    }
    /// Compares the value and every gradient of the workspace with the sum by hand.
    void check(float value, const terms_by_hand& terms) {
        by_hand hand{net};
        CHECK(double(value) == doctest::Approx(total(hand, terms)).epsilon(1e-5));
        for (std::size_t k = 0; k < parameters_of<Net>.size(); ++k) {
            const placed_parameter& p = parameters_of<Net>[k];
            if (!p.has_gradient) continue;
            for (std::size_t i = 0; i < p.what.count(); ++i) {
                double& weight = hand.parameters[k][i];
                const double middle = weight;
                weight = middle + 1e-5;
                const double above = total(hand, terms);
                weight = middle - 1e-5;
                const double below = total(hand, terms);
                weight = middle;
                CAPTURE(p.layer_number);
                CAPTURE(i);
                const double got = double(work.parameter_gradients()[p.gradient_offset + p.what.place(i)]);
                CHECK(std::abs(got - (above - below) / 2e-5) <= 2e-5);
            }
        }
    }
};

} // namespace

TEST_CASE("a penalty at a mark and one on the weights") {
    problem<small> p;
    const float value =
        accumulate(p.net, p.work, mse{} + 0.3f * at<"code">(l1{}) + 0.05f * on_weights(l2{}), p.x, p.y);
    p.check(value, {.of_sample = [](const pass& s) { return 0.3 * magnitudes(s.code); },
                    .of_weights =
                        [](const by_hand& hand) {
                            double sum = 0;
                            for (const std::size_t k : {0u, 2u, 4u})
                                sum += 0.05 * squares(hand.parameters[k]);
                            return sum;
                        }});
}

TEST_CASE("several penalties at one mark, and at another") {
    problem<small> p;
    const auto loss = mse{} + 0.3f * at<"code">(l1{}) + 0.2f * at<"late">(gaussian_kl{}) +
                      0.7f * at<"code">(l2{}) + at<"late">(l1{});
    p.check(accumulate(p.net, p.work, loss, p.x, p.y), {.of_sample = [](const pass& s) {
                return 0.3 * magnitudes(s.code) + 0.7 * squares(s.code) + 0.2 * divergence(s.late) +
                       magnitudes(s.late);
            }});
}

TEST_CASE("several penalties on the weights") {
    problem<small> p;
    const auto loss = mse{} + 0.03f * on_weights(l1{}) + 0.02f * on_weights(l2{});
    p.check(accumulate(p.net, p.work, loss, p.x, p.y), {.of_weights = [](const by_hand& hand) {
                double sum = 0;
                for (const std::size_t k : {0u, 2u, 4u})
                    sum += 0.03 * magnitudes(hand.parameters[k]) + 0.02 * squares(hand.parameters[k]);
                return sum;
            }});
}

TEST_CASE("weights of terms multiply, and that of the loss is its own") {
    const auto of_sample = [](const pass& s) { return 0.3 * magnitudes(s.code); };
    problem<small> p;
    p.check(accumulate(p.net, p.work, 2.0f * mse{} + 0.5f * (0.6f * at<"code">(l1{})), p.x, p.y),
            {.of_output = 2, .of_sample = of_sample});
    problem<small> q;
    q.check(accumulate(q.net, q.work, 2.0f * (mse{} + 0.15f * at<"code">(l1{})), q.x, q.y),
            {.of_output = 2, .of_sample = of_sample});
    problem<small> alone;
    alone.check(accumulate(alone.net, alone.work, 0.5f * mse{}, alone.x, alone.y), {.of_output = 0.5});
}

TEST_CASE("frozen layers hand a penalty's gradient on; their own weights are not penalised") {
    problem<partly_frozen> p;
    const auto loss = mse{} + 0.2f * at<"late">(gaussian_kl{}) + 0.05f * on_weights(l2{});
    const terms_by_hand terms{
        .of_sample = [](const pass& s) { return 0.2 * divergence(s.late); },
        .of_weights = [](const by_hand& hand) { return 0.05 * squares(hand.parameters[2]); }};
    p.check(accumulate(p.net, p.work, loss, p.x, p.y), terms);
}

TEST_CASE("thawed, a mark behind frozen layers takes a penalty") {
    model<partly_frozen> net{glorot_uniform{}, seed{1}};
    model<small> other{zeros{}};
    copy_weights<small, partly_frozen>(other, net);
    workspace<thawed<partly_frozen>, batch<rows>> work;
    workspace<small, batch<rows>> other_work;
    const std::vector<float> x = tests::uniform_rows(rows, 7, 2);
    const std::vector<float> y = tests::uniform_rows(rows, 4, 3);
    const auto loss = mse{} + 0.2f * at<"code">(l1{}) + 0.1f * on_weights(l1{});
    CHECK(accumulate(net, work, loss, x, y) == accumulate(other, other_work, loss, x, y));
    CHECK(std::ranges::equal(work.parameter_gradients(), other_work.parameter_gradients()));
}

TEST_CASE("terms add up over batches like losses") {
    problem<small> p;
    const auto loss = mse{} + 0.3f * at<"code">(l1{}) + 0.05f * on_weights(l2{});
    const float first = accumulate(p.net, p.work, loss, p.x, p.y);
    const std::vector<float> once = p.gradients();
    CHECK(accumulate(p.net, p.work, loss, p.x, p.y) == first);
    const std::vector<float> twice = p.gradients();
    for (std::size_t i = 0; i < once.size(); ++i)
        CHECK(twice[i] == doctest::Approx(2 * once[i]).epsilon(1e-5));
    CHECK(accumulate(p.net, p.work, loss, std::vector<float>{}, std::vector<float>{}) == 0.0f);
    CHECK(p.gradients() == twice);
}

TEST_CASE("a term of weight 0 changes nothing") {
    problem<small> p, q;
    const float value =
        accumulate(p.net, p.work, mse{} + 0.0f * at<"code">(l1{}) + 0.0f * on_weights(l2{}), p.x, p.y);
    CHECK(value == accumulate(q.net, q.work, mse{}, q.x, q.y));
    CHECK(p.gradients() == q.gradients());
}

TEST_CASE("what a term at a mark is worth is mean_penalty of what lies there") {
    problem<small> p;
    const float without = accumulate(p.net, p.work, mse{}, p.x, p.y);
    const float with = accumulate(p.net, p.work, mse{} + at<"late">(gaussian_kl{}), p.x, p.y);
    const std::vector<float> late = predict<until<small, "late">>(p.net, p.x);
    CHECK(with - without ==
          doctest::Approx(mean_penalty(gaussian_kl{}, as_rows(late, shape<6>))).epsilon(1e-5));
}

TEST_CASE("input_gradient has the terms at marks in its value and its slope; weights are not asked") {
    problem<small> p;
    const auto loss = mse{} + 0.3f * at<"code">(l2{}) + 5.0f * on_weights(l2{});
    const terms_by_hand terms{.of_sample = [](const pass& s) { return 0.3 * squares(s.code); }};
    const gradient_rows slope = input_gradient(p.net, p.work, loss, p.x, p.y);
    const by_hand hand{p.net};
    CHECK(double(slope.loss) == doctest::Approx(p.total(hand, terms)).epsilon(1e-5));
    CHECK(p.work.gradients_empty());
    for (std::size_t i = 0; i < rows * 7; ++i) {
        const float middle = p.x[i];
        p.x[i] = middle + 0x1p-10f;
        const double above = p.total(hand, terms);
        p.x[i] = middle - 0x1p-10f;
        const double below = p.total(hand, terms);
        p.x[i] = middle;
        CHECK(std::abs(double(slope[i / 7][i % 7]) - (above - below) / 0x1p-9) <= 2e-5);
    }
}

TEST_CASE("a penalty on weights counts a matrix that two layers share once") {
    struct tied : network<strata::input<9>, mark<"first">, dense<20>, strata::tanh, tied_dense<9, "first">> {
    };
    model<tied> net{glorot_uniform{}, seed{1}};
    workspace<tied, batch<rows>> plain, penalised;
    const std::vector<float> x = tests::uniform_rows(rows, 9, 2);
    const float without = accumulate(net, plain, mse{}, x, x);
    const float with = accumulate(net, penalised, mse{} + 0.5f * on_weights(l2{}), x, x);
    const placed_parameter& weight = parameters_of<tied>[0];
    double sum = 0;
    for (std::size_t i = 0; i < weight.what.floats(); ++i) {
        const float value = net.storage()[weight.offset + i];
        sum += double(value) * double(value);
        CHECK(penalised.parameter_gradients()[i] - plain.parameter_gradients()[i] ==
              doctest::Approx(value).epsilon(1e-4));
    }
    CHECK(double(with - without) == doctest::Approx(0.5 * sum).epsilon(1e-5));
}
