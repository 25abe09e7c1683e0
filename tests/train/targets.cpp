// Targets of several outputs: class indices for one and rows for another, and what is refused.
#include "strata/train/targets.hpp"

#include "strata/strata.hpp"
#include "support/several_networks.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace strata;
using tests::three_in_two_out, tests::two_heads;

namespace {

struct problem {
    std::vector<float> x = tests::uniform_rows(40, 7, 1);
    std::vector<int> digit = std::vector<int>(40);
    std::vector<float> style = tests::uniform_rows(40, 3, 2);
    model<two_heads> net{seed{3}};
    workspace<two_heads, batch<40>> work;
    optimizer<two_heads, sgd> opt{net, sgd{.learning_rate = 0.1f}};
    problem() {
        for (std::size_t r = 0; r < 40; ++r) digit[r] = static_cast<int>(r * r % 5);
    }
    static auto loss() { return at<"digit">(cross_entropy{}) + 0.1f * at<"style">(mse{}); }

    /// What accumulate gives for such targets, and evaluate.
    template <class Target>
    std::tuple<float, float, std::vector<float>> pass(const Target& target) {
        work.clear_gradients();
        const float value = accumulate(net, work, loss(), x, target);
        return {value,
                evaluate(net, loss(), x, target),
                {work.parameter_gradients().begin(), work.parameter_gradients().end()}};
    }
    std::vector<float> weights() const { return tests::weights_of(net); }
};

/// Images of classes at one output, and one number at the other.
struct segments
    : network<strata::input<4, 4, 2>, conv2d<4, 3, same>, strata::tanh, mark<"trunk">, conv2d<3, 1>,
              mark<"pixels">, resume<"trunk">, global_average_pool2d, dense<1>, sigmoid, mark<"score">> {};

} // namespace

TEST_CASE("class indices for one output and rows for another are one-hot rows there, bit for bit") {
    problem p;
    const float_rows one_hot_digit = one_hot(p.digit, 5);
    const auto expected = p.pass(std::tie(one_hot_digit, p.style));
    CHECK(p.pass(std::tie(p.digit, p.style)) == expected);
    CHECK(p.pass(std::pair{p.digit, p.style}) == expected);
    CHECK(p.pass(std::tuple{std::span{p.digit}, std::span{p.style}}) == expected);
    CHECK(p.pass(std::tuple{std::vector<std::uint8_t>(p.digit.begin(), p.digit.end()),
                            float_rows{p.style, shape<3>}}) == expected);
    CHECK(p.pass(std::tuple{std::list<long>(p.digit.begin(), p.digit.end()), p.style}) == expected);
    CHECK(p.pass(std::tuple{std::deque<short>(p.digit.begin(), p.digit.end()), as_rows(p.style, shape<3>)}) ==
          expected);
    xt::xtensor<float, 2> style_tensor({40, 3});
    std::copy(p.style.begin(), p.style.end(), style_tensor.begin());
    xt::xtensor<int, 1> digit_tensor(std::array<std::size_t, 1>{40});
    std::copy(p.digit.begin(), p.digit.end(), digit_tensor.begin());
    CHECK(p.pass(std::tie(digit_tensor, style_tensor)) == expected);
    CHECK(p.pass(std::tuple{digit_tensor, 2 * style_tensor / 2}) == expected);
}

TEST_CASE("one number for all of an output's targets") {
    problem p;
    const std::vector<float> halves(40 * 3, 0.5f);
    workspace<two_heads, batch<40>> other;
    const float value = accumulate(p.net, p.work, problem::loss(), p.x, std::tuple{p.digit, 0.5f});
    CHECK(value == accumulate(p.net, other, problem::loss(), p.x, std::tie(p.digit, halves)));
    CHECK(std::vector(p.work.parameter_gradients().begin(), p.work.parameter_gradients().end()) ==
          std::vector(other.parameter_gradients().begin(), other.parameter_gradients().end()));
}

TEST_CASE("class indices of pixels beside one number a sample") {
    const model<segments> net{seed{1}};
    const std::vector<float> x = tests::uniform_rows(5, 32, 1);
    std::vector<int> pixels(5 * 16);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<int>(i * i % 3);
    const std::vector<float> score{0, 1, 0, 1, 1};
    const float_rows rows = one_hot(pixels, segments::outputs[0]);
    const auto loss = at<"pixels">(cross_entropy{}) + at<"score">(bce{});
    workspace<segments, batch<5>> a, b;
    CHECK(accumulate(net, a, loss, x, std::tie(pixels, score)) ==
          accumulate(net, b, loss, x, std::tie(rows, score)));
    CHECK(std::vector(a.parameter_gradients().begin(), a.parameter_gradients().end()) ==
          std::vector(b.parameter_gradients().begin(), b.parameter_gradients().end()));
    CHECK(evaluate(net, loss, x, std::tie(pixels, score)) == evaluate(net, loss, x, std::tie(rows, score)));
    model<segments> learned{seed{1}};
    optimizer opt{learned, adam{}};
    const fit_history history = fit(learned, a, opt, loss, x, std::tie(pixels, score),
                                    {.epochs = 2, .validation = {x, std::tie(pixels, score)}});
    CHECK(history.validation_loss.size() == 2);
}

TEST_CASE("both outputs may take class indices, of integers that differ") {
    problem p;
    const std::vector<std::uint8_t> style(40, 2);
    const auto loss = at<"digit">(cross_entropy{}) + at<"style">(cross_entropy{});
    const float_rows digit_rows = one_hot(p.digit, 5), style_rows = one_hot(style, 3);
    CHECK(evaluate(p.net, loss, p.x, std::tie(p.digit, style)) ==
          evaluate(p.net, loss, p.x, std::tie(digit_rows, style_rows)));
    CHECK(train_step(p.net, p.work, p.opt, loss, p.x, std::tie(p.digit, style)) > 0);
}

TEST_CASE("targets that do not go with the samples are refused by every verb, and nothing has changed") {
    problem p;
    const std::vector<float> before = p.weights();
    const auto refused = [&](const auto& target, const char* why) {
        CAPTURE(why);
        CHECK_THROWS_WITH_AS(accumulate(p.net, p.work, problem::loss(), p.x, target), doctest::Contains(why),
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(input_gradient(p.net, p.work, problem::loss(), p.x, target),
                             doctest::Contains(why), std::invalid_argument);
        CHECK_THROWS_WITH_AS(train_step(p.net, p.work, p.opt, problem::loss(), p.x, target),
                             doctest::Contains(why), std::invalid_argument);
        CHECK_THROWS_AS(evaluate(p.net, problem::loss(), p.x, target), std::invalid_argument);
        CHECK_THROWS_AS(fit(p.net, p.work, p.opt, problem::loss(), p.x, target, {}), std::invalid_argument);
        CHECK(p.weights() == before);
        CHECK(p.opt.steps() == 0);
    };
    const std::vector<int> few(39);
    const std::vector<float> few_styles(39 * 3), wrong_styles(40 * 3 + 1);
    refused(std::tie(few, p.style), "39 targets of output 1 for 40 samples");
    refused(std::tie(p.digit, few_styles), "39 targets of output 2 for 40 samples");
    refused(std::tie(p.digit, wrong_styles), "121 floats");
    const float_rows wide{40, shape<4>};
    refused(std::tie(p.digit, wide), "rows of 4 floats are no samples of 3");
}

TEST_CASE("parts of targets of other numbers are refused together") {
    problem p;
    const std::vector<float> few_styles(39 * 3);
    CHECK_THROWS_WITH_AS(evaluate(p.net, problem::loss(), p.x, std::tie(p.digit, few_styles)),
                         doctest::Contains("a tuple of 40 samples in place 1, but 39 in place 2"),
                         std::invalid_argument);
}

TEST_CASE("an index that is no class, whichever the output") {
    problem p;
    const std::vector<float> before = p.weights();
    const auto loss = at<"digit">(mse{}) + at<"style">(cross_entropy{});
    const std::vector<float> digit(40 * 5);
    std::vector<int> style(40, 1);
    style[17] = 3;
    const auto why = doctest::Contains("the targets of output 2 have class index 3 in row 17");
    CHECK_THROWS_WITH_AS(accumulate(p.net, p.work, loss, p.x, std::tie(digit, style)), why,
                         std::out_of_range);
    CHECK_THROWS_WITH_AS(train_step(p.net, p.work, p.opt, loss, p.x, std::tie(digit, style)), why,
                         std::out_of_range);
    CHECK_THROWS_WITH_AS(evaluate(p.net, loss, p.x, std::tie(digit, style)), why, std::out_of_range);
    CHECK_THROWS_WITH_AS(fit(p.net, p.work, p.opt, loss, p.x, std::tie(digit, style), {}), why,
                         std::out_of_range);
    style[17] = -1;
    CHECK_THROWS_AS(evaluate(p.net, loss, p.x, std::tie(digit, style)), std::out_of_range);
    p.digit[3] = 5;
    CHECK_THROWS_WITH_AS(evaluate(p.net, problem::loss(), p.x, std::tie(p.digit, p.style)),
                         doctest::Contains("the targets of output 1 have class index 5 in row 3"),
                         std::out_of_range);
    CHECK(p.weights() == before);
}

TEST_CASE("targets outside of what a loss takes, at the second output") {
    const model<segments> net{seed{1}};
    model<segments> learned{seed{1}};
    workspace<segments, batch<5>> work;
    optimizer opt{learned, sgd{}};
    const std::vector<float> x = tests::uniform_rows(5, 32, 1), score{0, 1, 0, 255, 1};
    const std::vector<int> pixels(5 * 16);
    const auto loss = at<"pixels">(cross_entropy{}) + at<"score">(bce{});
    const auto why = doctest::Contains("the targets of output 2 have 255 in row 3, value 0");
    CHECK_THROWS_WITH_AS(evaluate(net, loss, x, std::tie(pixels, score)), why, std::invalid_argument);
    CHECK_THROWS_WITH_AS(fit(learned, work, opt, loss, x, std::tie(pixels, score), {}), why,
                         std::invalid_argument);
    CHECK(tests::weights_of(learned) == tests::weights_of(net));
    const auto anything = at<"pixels">(cross_entropy{}) + at<"score">(unchecked(bce{}));
    CHECK(evaluate(net, anything, x, std::tie(pixels, score)) != 0);
}

TEST_CASE("targets in the workspace's own memory are refused where there are several outputs") {
    const model<two_heads> net{seed{3}};
    const std::vector<float> x = tests::uniform_rows(6, 7, 1), digit = tests::uniform_rows(6, 5, 2);
    workspace<two_heads, batch<6>> work;
    const auto loss = at<"digit">(mse{}) + at<"style">(mse{});
    const std::array<rows_view, 2> y = forward(net, work, x);
    CHECK_THROWS_WITH_AS(accumulate(net, work, loss, x, std::tie(digit, y[1])),
                         doctest::Contains("copy them first"), std::invalid_argument);
    const std::vector<float> style = tests::uniform_rows(6, 3, 2);
    CHECK_THROWS_WITH_AS(accumulate(net, work, loss, x, std::tie(y[0], style)),
                         doctest::Contains("copy them first"), std::invalid_argument);
    CHECK(accumulate(net, work, loss, x, std::tie(digit, style)) > 0);
}

TEST_CASE("no samples: no loss, and no step") {
    problem p;
    const std::vector<float> none;
    const std::vector<int> no_digits;
    CHECK(accumulate(p.net, p.work, problem::loss(), none, std::tie(no_digits, none)) == 0);
    CHECK_THROWS_AS(evaluate(p.net, problem::loss(), none, std::tie(no_digits, none)), std::invalid_argument);
    CHECK_THROWS_AS(fit(p.net, p.work, p.opt, problem::loss(), none, std::tie(no_digits, none), {}),
                    std::invalid_argument);
}

TEST_CASE("targets that are not finite: train_step says that its loss is not, fit which output's they are") {
    problem p;
    const std::vector<float> before = p.weights();
    p.style[3 * 11 + 2] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(train_step(p.net, p.work, p.opt, problem::loss(), p.x, std::tie(p.digit, p.style)),
                    std::runtime_error);
    CHECK_THROWS_WITH_AS(
        fit(p.net, p.work, p.opt, problem::loss(), p.x, std::tie(p.digit, p.style), {.shuffle = false}),
        doctest::Contains("the targets of output 2 have nan in row 11, value 2 (both from 0)"),
        std::runtime_error);
    CHECK(p.weights() == before);
}
