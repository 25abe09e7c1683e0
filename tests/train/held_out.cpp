// fit with several inputs and outputs: the bits of a loop, and validation data of every kind.
#include "strata/train/held_out.hpp"

#include "strata/strata.hpp"
#include "support/several_networks.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <optional>
#include <span>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

using namespace strata;

namespace {

/// Two inputs, of which the second is an image, and two outputs, of which the first is a class; with noise and statistics.
struct net
    : network<strata::input<7>, dense<6>, strata::tanh, dropout<0.25>, mark<"left">, strata::input<3, 2, 2>,
              flatten, dense<6>, batch_norm<>, relu, strata::add<"left">, mark<"code">, dense<5>,
              mark<"digit">, resume<"code">, dense<4>, strata::tanh, mark<"style">> {};

auto objective() {
    return at<"digit">(cross_entropy{}) + 0.1f * at<"style">(mse{}) + 0.5f * at<"code">(l1{}) +
           0.01f * on_weights(l2{});
}

struct data {
    std::vector<float> left, image, style;
    std::vector<int> digit;
    data(std::size_t rows, std::uint64_t seed)
        : left{tests::uniform_rows(rows, 7, seed)},
          image{tests::uniform_rows(rows, 12, seed + 1)},
          style{tests::uniform_rows(rows, 4, seed + 2)} {
        for (std::size_t r = 0; r < rows; ++r) digit.push_back(static_cast<int>((r + seed) * r % 5));
    }
    [[nodiscard]] auto x() const { return std::tie(left, image); }
    [[nodiscard]] auto y() const { return std::tie(digit, style); }
};

struct problem {
    data all{45, 1}, held{13, 7};
    model<net> weights{seed{3}};
    workspace<net, batch<8>> work;
    optimizer<net, adam> opt{weights, adam{.learning_rate = 0.02f}};

    template <class X, class Y>
    fit_history run(const X& x, const Y& y, const fit_options& options) {
        return fit(weights, work, opt, objective(), x, y, options);
    }
    fit_history run(const fit_options& options) { return run(all.x(), all.y(), options); }
    [[nodiscard]] std::vector<float> values() const { return tests::weights_of(weights); }
};

} // namespace

TEST_CASE("fit is a loop of train_step, bit for bit, and the same every time") {
    problem p, q, again;
    const std::uint64_t first = 3;
    p.run({.epochs = 3, .seed = {first}});
    again.run({.epochs = 3, .seed = {first}});
    std::size_t steps = 0;
    for (std::uint64_t epoch = 1; epoch <= 3; ++epoch)
        for (const auto& batch :
             minibatches<8>(std::tuple{as_rows(q.all.left, shape<7>), as_rows(q.all.image, shape<3, 2, 2>)},
                            std::tuple{std::span{q.all.digit}, as_rows(q.all.style, shape<4>)},
                            seed{first + (epoch << 32)})) {
            q.work.seed({first}, steps++);
            train_step(q.weights, q.work, q.opt, objective(), batch.x, batch.y);
        }
    CHECK(p.values() == q.values());
    CHECK(p.values() == again.values());
    CHECK(p.values() != problem{}.values());
    CHECK(p.opt.steps() == 18);
    // One epoch, and then the others.
    problem r;
    r.run({.epochs = 1, .seed = {first}});
    r.run({.epochs = 2, .seed = {first}, .first_epoch = 2});
    CHECK(r.values() == p.values());
}

TEST_CASE("samples and targets of every kind train to the same bits") {
    const data all{45, 1};
    const auto trained = [&](const auto& x, const auto& y) {
        problem p;
        p.run(x, y, {.epochs = 2});
        return p.values();
    };
    const std::vector<float> expected = trained(all.x(), all.y());
    CHECK(trained(std::pair{all.left, all.image}, std::pair{all.digit, all.style}) == expected);
    xt::xtensor<float, 4> image({45, 3, 2, 2});
    std::copy(all.image.begin(), all.image.end(), image.begin());
    const float_rows style{all.style, shape<4>};
    CHECK(trained(std::tie(all.left, image), std::tie(all.digit, style)) == expected);
    CHECK(trained(std::tuple{std::span{all.left}, 2 * image / 2},
                  std::tuple{std::vector<std::uint8_t>(all.digit.begin(), all.digit.end()),
                             as_rows(all.style, shape<4>)}) == expected);
    const float_rows digit = one_hot(all.digit, 5);
    CHECK(trained(all.x(), std::tie(digit, style)) == expected);
}

TEST_CASE("validation data of every kind is measured to the same bits, and not learned from") {
    const auto measured = [&](const validation_data& validation) {
        problem p, q;
        const fit_history history =
            p.run({.epochs = 2, .validation = validation, .metrics = {at<"digit">(accuracy{})}});
        q.run({.epochs = 2});
        CHECK(p.values() == q.values());
        CHECK(history.validation_loss.at(1) ==
              doctest::Approx(evaluate(p.weights, objective(), p.held.x(), p.held.y())).epsilon(1e-6));
        CHECK(*history.epochs[1].metric("digit accuracy").validation ==
              doctest::Approx(accuracy{}(std::get<0>(predict(p.weights, p.held.x())), p.held.digit)));
        return history.validation_loss;
    };
    const problem p;
    const data copy = p.held;
    const std::vector<float> expected = measured({copy.x(), copy.y()});
    CHECK(measured({std::tie(copy.left, copy.image), std::tie(copy.digit, copy.style)}) == expected);
    CHECK(measured({std::pair{copy.left, copy.image}, std::pair{copy.digit, copy.style}}) == expected);
    const std::tuple owner{copy.left, copy.image};
    CHECK(measured({owner, copy.y()}) == expected);
    xt::xtensor<float, 4> image({13, 3, 2, 2});
    std::copy(copy.image.begin(), copy.image.end(), image.begin());
    xt::xtensor<float, 2> style({13, 4});
    std::copy(copy.style.begin(), copy.style.end(), style.begin());
    CHECK(measured({std::tie(copy.left, image), std::tie(copy.digit, style)}) == expected);
    CHECK(measured({std::tuple{copy.left, 2 * image / 2},
                    std::tuple{copy.digit, xt::xtensor<float, 2>(style)}}) == expected);
    const float_rows left{copy.left, shape<7>}, digit = one_hot(copy.digit, 5);
    CHECK(measured({std::tuple{left, std::span{copy.image}},
                    std::tuple{digit, as_rows(copy.style, shape<4>)}}) == expected);
    CHECK(measured({std::tuple{float_rows{copy.left, shape<7>}, copy.image},
                    std::tuple{std::list<long>(copy.digit.begin(), copy.digit.end()), copy.style}}) ==
          expected);
    CHECK(measured({several_rows{as_rows(copy.left, shape<7>), as_rows(copy.image, shape<3, 2, 2>)},
                    copy.y()}) == expected);
}

TEST_CASE("validation data that is a temporary is kept") {
    problem p;
    std::optional<fit_options> options;
    {
        const data copy = p.held;
        options.emplace(
            fit_options{.epochs = 2,
                        .validation = {std::tuple{std::vector(copy.left), std::vector(copy.image)},
                                       std::tuple{std::vector(copy.digit), std::vector(copy.style)}}});
    }
    const std::vector<float> noise(10'000, 7.0f);
    CHECK(p.run(*options).validation_loss ==
          problem{}.run({.epochs = 2, .validation = {p.held.x(), p.held.y()}}).validation_loss);
}

TEST_CASE("validation_split holds the same rows out of every part") {
    problem p, q;
    const fit_history history = p.run({.epochs = 3, .validation_split = 0.25f});
    // By hand: the first round(0.25 * 45) of a shuffle.
    std::vector<std::uint32_t> order(45);
    for (std::uint32_t r = 0; r < 45; ++r) order[r] = r;
    detail::shuffle(order.data(), order.size(), seed{}, streams::shuffle);
    order.resize(11);
    data held{0, 1};
    for (const std::uint32_t r : order) {
        const auto append = [r](auto& to, const auto& of, std::size_t width) {
            to.insert(to.end(), of.begin() + std::ptrdiff_t(r * width),
                      of.begin() + std::ptrdiff_t((r + 1) * width));
        };
        append(held.left, q.all.left, 7);
        append(held.image, q.all.image, 12);
        append(held.style, q.all.style, 4);
        append(held.digit, q.all.digit, 1);
    }
    CHECK(history.validation_loss.at(2) ==
          doctest::Approx(evaluate(p.weights, objective(), held.x(), held.y())).epsilon(1e-6));
    // What is held out is not learned from.
    problem r;
    for (const std::uint32_t row : order) {
        r.all.left[7 * row] = 100.0f;
        r.all.image[12 * row] = 100.0f;
        r.all.style[4 * row] = -100.0f;
        r.all.digit[row] = 4 - r.all.digit[row];
    }
    const fit_history other = r.run({.epochs = 3, .validation_split = 0.25f});
    CHECK(r.values() == p.values());
    CHECK(other.loss == history.loss);
    CHECK(other.validation_loss != history.validation_loss);
}

TEST_CASE("restore_best_weights, and patience, go by the loss of all outputs") {
    problem p;
    // Steps so large that it soon gets worse.
    optimizer wild{p.weights, sgd{.learning_rate = 1.5f}};
    std::vector<std::vector<float>> after;
    const fit_history history =
        fit(p.weights, p.work, wild, objective(), p.all.x(), p.all.y(),
            {.epochs = 12,
             .restore_best_weights = true,
             .validation = {p.held.x(), p.held.y()},
             .after_epoch = [&](const epoch_report&) { after.push_back(p.values()); }});
    REQUIRE(history.best_epoch.has_value());
    const auto least = std::min_element(history.validation_loss.begin(), history.validation_loss.end());
    CHECK(*history.best_epoch == static_cast<std::size_t>(least - history.validation_loss.begin()) + 1);
    CHECK(*history.best_epoch < 12);
    CHECK(p.values() == after.at(*history.best_epoch - 1));
    CHECK(evaluate(p.weights, objective(), p.held.x(), p.held.y()) == doctest::Approx(*least).epsilon(1e-6));
}

TEST_CASE("validation data of another number of parts is refused before anything changes") {
    problem p;
    const std::vector<float> before = p.values();
    const auto refused = [&](const validation_data& validation, const char* why) {
        CHECK_THROWS_WITH_AS(p.run({.validation = validation}), doctest::Contains(why),
                             std::invalid_argument);
    };
    const data& held = p.held;
    refused({held.left, held.y()},
            "the validation data has 1 inputs and 2 outputs, and the network 2 and 2: {samples, targets}");
    refused({std::tie(held.left, held.image, held.left), held.y()}, "3 inputs and 2 outputs");
    refused({held.x(), held.style}, "2 inputs and 1 outputs");
    refused({held.x(), std::tie(held.digit, held.style, held.style)}, "2 inputs and 3 outputs");
    const std::vector<int> few(12);
    const std::vector<float> few_styles(12 * 4);
    refused({held.x(), std::tie(few, held.style)}, "a tuple of 12 samples in place 1, but 13 in place 2");
    refused({held.x(), std::tie(few, few_styles)}, "12 targets for 13 samples");
    refused({std::tie(held.left, held.left), held.y()}, "3 x 2 x 2");
    data bad = held;
    bad.image[12 * 5 + 3] = std::numeric_limits<float>::quiet_NaN();
    refused({bad.x(), held.y()}, "the samples of input 2 of the validation data have nan in row 5, value 3");
    bad.style[4 * 6 + 1] = std::numeric_limits<float>::infinity();
    refused({held.x(), bad.y()}, "the targets of output 2 of the validation data have inf in row 6, value 1");
    refused({held.x(), std::tie(held.digit, held.digit)}, "class indices for targets");
    bad.style = held.style;
    bad.digit[2] = 5;
    CHECK_THROWS_WITH_AS(p.run({.validation = {held.x(), bad.y()}}),
                         doctest::Contains("the targets of output 1 have class index 5 in row 2"),
                         std::out_of_range);
    const std::vector<double> doubles(13 * 7);
    refused({std::tie(doubles, held.image), held.y()}, "the validation data are doubles");
    CHECK(p.values() == before);
    CHECK(p.opt.steps() == 0);
}

TEST_CASE("a NaN in an input ends a step and a fit, and the message says which input's it is") {
    problem p;
    const std::vector<float> before = p.values();
    p.all.image[12 * 20 + 4] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(p.run({.shuffle = false}), doctest::Contains("fit fails in epoch 1, batch 3"),
                         std::runtime_error);
    problem q;
    q.all.image[12 * 20 + 4] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(
        q.run({.shuffle = false}),
        doctest::Contains("the samples of input 2 have nan in row 20, value 4 (both from 0): mend the data"),
        std::runtime_error);
    problem r;
    r.all.image[12 * 3 + 4] = -std::numeric_limits<float>::infinity();
    const auto some = [](const std::vector<float>& all, std::size_t width) {
        return std::span{all}.first(8 * width);
    };
    CHECK_THROWS_WITH_AS(
        train_step(r.weights, r.work, r.opt, objective(),
                   std::tuple{some(r.all.left, 7), some(r.all.image, 12)},
                   std::tuple{std::span{r.all.digit}.first(8), some(r.all.style, 4)}),
        doctest::Contains("the samples of input 2 have -inf in row 3, value 4 (both from 0)"),
        std::runtime_error);
    CHECK(r.values() == before);
    CHECK(r.opt.steps() == 0);
    CHECK(r.work.gradients_empty());
}

TEST_CASE("one head learns by itself where its slice is trained with a plain loss") {
    problem p;
    using head = until<net, "style">;
    workspace<head, batch<8>> work;
    const std::vector<float> before = p.values();
    const fit_history history = fit(p.weights, work, p.opt, mse{}, p.all.x(), p.all.style,
                                    {.epochs = 5, .validation = {p.held.x(), p.held.style}});
    CHECK(history.loss.back() < history.loss.front());
    // The other head's own weights are as they were.
    const std::vector<float> after = p.values();
    for (const placed_parameter& q : parameters_of<net>) {
        const bool changed = !std::equal(after.begin() + std::ptrdiff_t(q.offset),
                                         after.begin() + std::ptrdiff_t(q.offset + q.what.floats()),
                                         before.begin() + std::ptrdiff_t(q.offset));
        CAPTURE(q.layer_number);
        CHECK(changed == (q.layer_number != 12));
    }
}

TEST_CASE("a model of doubles trains and validates on tuples of doubles") {
    model<net, double> weights{seed{3}};
    workspace<net, batch<8>, training, double> work;
    optimizer opt{weights, adam{.learning_rate = 0.02f}};
    const data all{45, 1}, held{13, 7};
    const auto doubles = [](const std::vector<float>& floats) {
        return std::vector<double>(floats.begin(), floats.end());
    };
    const std::tuple x{doubles(all.left), doubles(all.image)},
        held_x{doubles(held.left), doubles(held.image)};
    const std::tuple y{all.digit, doubles(all.style)}, held_y{held.digit, doubles(held.style)};
    const fit_history history =
        fit(weights, work, opt, objective(), x, y,
            {.epochs = 3, .validation = {held_x, held_y}, .metrics = {at<"digit">(accuracy{})}});
    CHECK(history.loss[2] < history.loss[0]);
    CHECK(static_cast<double>(history.validation_loss[2]) ==
          doctest::Approx(evaluate(weights, objective(), held_x, held_y)).epsilon(1e-6));
    const std::vector<double> logits = predict<"digit">(weights, held_x);
    const std::vector<float> float_logits(logits.begin(), logits.end());
    CHECK(*history.epochs[2].metric("digit accuracy").validation ==
          doctest::Approx(accuracy{}(float_logits, held.digit)));
    CHECK_THROWS_WITH_AS(fit(weights, work, opt, objective(), x, y, {.validation = {held.x(), held_y}}),
                         doctest::Contains("the validation data are floats"), std::invalid_argument);
}
