// Gradients: that they add up, stay where they belong, and agree with finite differences of a loss.

#include "strata/train/backward.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

using namespace strata;
using tests::conv_net, tests::dense_net;

namespace {

constexpr std::size_t rows = 6;

template <class Net>
struct problem {
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Net, batch<rows>> work;
    std::vector<float> x = tests::uniform_rows(rows, Net::input.count(), 2);
    std::vector<float> y = tests::uniform_rows(rows, Net::output.count(), 3);

    std::vector<float> gradients() {
        return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
    }
};

} // namespace

TEST_CASE("gradients of several batches add up until an optimizer steps") {
    problem<conv_net> p;
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> once = p.gradients();
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> twice = p.gradients();
    double largest = 0;
    for (std::size_t i = 0; i < once.size(); ++i) {
        CHECK(twice[i] == doctest::Approx(2 * once[i]).epsilon(1e-5));
        largest = std::max(largest, std::abs(double(once[i])));
    }
    CHECK(largest > 1e-3);
    CHECK_FALSE(p.work.gradients_empty());
    sgd optimizer{p.net, {.learning_rate = 0.0f}};
    optimizer.step(p.net, p.work);
    CHECK(p.work.gradients_empty());
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    CHECK(p.gradients() == once);
}

TEST_CASE("backward from a given output gradient is accumulate from the loss") {
    problem<dense_net> p;
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> expected = p.gradients();
    p.work.clear_gradients();
    const rows_view out = forward(p.net, p.work, p.x);
    std::vector<float> slope(p.y.size());
    for (std::size_t i = 0; i < slope.size(); ++i)
        slope[i] = 2.0f * (out[i / 5][i % 5] - p.y[i]) / static_cast<float>(slope.size());
    backward(p.net, p.work, slope);
    const std::vector<float> got = p.gradients();
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(expected[i]).epsilon(1e-5));
}

TEST_CASE("input_gradient works on a const model, is right, and leaves the weights' gradients alone") {
    problem<dense_net> p;
    accumulate(p.net, p.work, mse{}, p.x, p.y);
    const std::vector<float> before = p.gradients();
    const gradient_rows slope = input_gradient(std::as_const(p.net), p.work, mse{}, p.x, 0.25f);
    CHECK(p.gradients() == before);
    CHECK(slope.rows == rows);
    CHECK(slope.width == 17);
    const std::vector<float> target(p.y.size(), 0.25f);
    CHECK(slope.loss == doctest::Approx(evaluate(p.net, mse{}, p.x, target)));
    for (std::size_t i = 0; i < 17; i += 4) {
        std::vector<float> up = p.x, down = p.x;
        up[17 + i] += 0.01f;
        down[17 + i] -= 0.01f;
        const float difference =
            (evaluate(p.net, mse{}, up, target) - evaluate(p.net, mse{}, down, target)) / 0.02f;
        CHECK(slope[1][i] == doctest::Approx(difference).epsilon(0.01));
    }
}

TEST_CASE("train_step lowers the loss") {
    problem<conv_net> p;
    adam optimizer{p.net, {.learning_rate = 0.01f}};
    const float first = train_step(p.net, p.work, optimizer, mse{}, p.x, p.y);
    float last = first;
    for (int i = 0; i < 100; ++i) last = train_step(p.net, p.work, optimizer, mse{}, p.x, p.y);
    CHECK(last < 0.1f * first);
}

TEST_CASE("targets that do not fit are refused") {
    problem<dense_net> p;
    CHECK_THROWS_WITH_AS(accumulate(p.net, p.work, mse{}, p.x, std::vector<float>(10)),
                         doctest::Contains("2 targets for 6 samples"), std::invalid_argument);
    CHECK(p.work.gradients_empty());
    CHECK(accumulate(p.net, p.work, mse{}, std::vector<float>{}, std::vector<float>{}) == 0.0f);
}

TEST_CASE("a generator learns through a critic that stays as it is") {
    struct generator : network<strata::input<3>, dense<9>, strata::tanh, dense<4>> {};
    struct critic : network<strata::input<4>, dense<7>, strata::tanh, dense<1>, sigmoid> {};
    model<generator> maker{glorot_uniform{}, seed{1}};
    model<critic> judge{glorot_uniform{}, seed{2}};
    workspace<generator, batch<rows>> maker_work;
    workspace<critic, batch<rows>> judge_work;
    const std::vector<float> noise = tests::uniform_rows(rows, 3, 5);
    const std::vector<float> before = tests::weights_of(judge);

    const rows_view fake = forward(maker, maker_work, noise);
    const auto slope = input_gradient(std::as_const(judge), judge_work, bce{}, fake, 1.0f);
    backward(maker, maker_work, slope);
    CHECK(judge_work.gradients_empty());

    // The loss of the whole chain, differentiated numerically by every weight of the generator's first layer.
    const auto chain = [&] {
        return evaluate(judge, bce{}, predict(maker, noise), std::vector<float>(rows, 1.0f));
    };
    const placed_parameter& weight = parameters_of<generator>[0];
    for (std::size_t i = 0; i < weight.what.count(); ++i) {
        float& w = maker.storage()[weight.offset + weight.what.place(i)];
        const float kept = w;
        w = kept + 0.01f;
        const float up = chain();
        w = kept - 0.01f;
        const float down = chain();
        w = kept;
        CHECK(maker_work.parameter_gradients()[weight.offset + weight.what.place(i)] ==
              doctest::Approx((up - down) / 0.02f).epsilon(0.02));
    }
    adam optimizer{maker};
    optimizer.step(maker, maker_work);
    CHECK(tests::weights_of(judge) == before);

    // Real and generated rows add up in the critic before it steps.
    const std::vector<float> real = tests::uniform_rows(rows, 4, 6);
    accumulate(judge, judge_work, bce{}, real, 1.0f);
    const float of_real = judge_work.parameter_gradients()[0];
    workspace<critic, batch<rows>> other;
    accumulate(judge, other, bce{}, forward(maker, maker_work, noise), 0.0f);
    accumulate(judge, judge_work, bce{}, forward(maker, maker_work, noise), 0.0f);
    CHECK(judge_work.parameter_gradients()[0] == doctest::Approx(of_real + other.parameter_gradients()[0]));
}
