// fit's options and callbacks: what they do from call to call, and what is refused.

#include "strata/train/fit_options.hpp"

#include "strata/core.hpp"
#include "support/callbacks.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace strata;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

struct noisy : network<strata::input<17>, dense<33>, batch_norm<>, strata::tanh, dropout<0.4>, dense<5>> {};

struct problem {
    std::vector<float> x = tests::uniform_rows(45, 17, 1);
    std::vector<float> y = tests::uniform_rows(45, 5, 2);
    model<noisy> net{glorot_uniform{}, seed{3}};
    workspace<noisy, batch<8>> work;
    strata::optimizer<noisy, adam> optimizer{net, adam{.learning_rate = 0.01f}};

    fit_history run(const fit_options& options) { return fit(net, work, optimizer, mse{}, x, y, options); }
    template <class Callback>
    fit_history run(const fit_options& options, Callback&& callback) {
        return run(tests::with(options, std::forward<Callback>(callback)));
    }
};

} // namespace

TEST_CASE("options that make no sense are refused, and nothing has changed") {
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    std::vector<fit_options> senseless;
    for (const std::size_t size : {std::size_t{9}, std::size_t{45}, std::size_t{1000}, most})
        senseless.push_back({.batch_size = size});
    for (const float norm : {std::nanf(""), -std::nanf(""), -1.0f, -1e-30f, 0.0f, -infinity, infinity})
        senseless.push_back({.clip_norm = norm});
    senseless.push_back({.batch_size = 0});
    senseless.push_back({.patience = 0});
    senseless.push_back({.first_epoch = 0});
    for (const float share : {std::nanf(""), -0.5f, 0.0f, 1.0f, 1.5f, infinity, 1e-3f, 0.999f})
        senseless.push_back({.validation_split = share});
    const std::vector<float> some_x(17), some_y(5);
    senseless.push_back({.validation = {some_x, some_y}, .validation_split = 0.5f});
    senseless.push_back({.epochs = most, .first_epoch = 2});
    senseless.push_back({.epochs = 2, .first_epoch = most});
    for (const std::size_t rows :
         {45u, 5u}) { // also where all samples are fewer than the workspace has room for
        problem p;
        p.x.resize(rows * 17);
        p.y.resize(rows * 5);
        const std::vector<float> before = tests::weights_of(p.net);
        for (std::size_t i = 0; i < senseless.size(); ++i) {
            CAPTURE(i);
            std::size_t calls = 0;
            CHECK_THROWS_AS(p.run(senseless[i], [&](const batch_report&) { ++calls; }), std::logic_error);
            CHECK(calls == 0);
            CHECK(tests::weights_of(p.net) == before);
            CHECK(p.optimizer.steps() == 0);
        }
        CHECK_THROWS_WITH_AS(p.run({.batch_size = 9}), doctest::Contains("batch_size is 9"),
                             std::length_error);
        CHECK_THROWS_WITH_AS(p.run({.clip_norm = -2.0f}), doctest::Contains("clip_norm is -2"),
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(p.run({.first_epoch = 0}), doctest::Contains("first_epoch is 0"),
                             std::invalid_argument);
        CHECK(p.run({.epochs = 0}).loss.empty());
    }
}

TEST_CASE("a learning rate that is below 0 or not finite is refused at its step") {
    for (const float rate : {std::nanf(""), infinity, -infinity, -0.1f})
        for (const std::size_t at : {0u, 1u, 7u}) {
            CAPTURE(rate);
            CAPTURE(at);
            problem p, q;
            std::size_t steps = 0;
            const fit_options options{
                .epochs = 3, .learning_rate = [&](std::size_t step) { return step == at ? rate : 0.01f; }};
            CHECK_THROWS_WITH_AS(
                p.run(options),
                doctest::Contains(("the learning rate of step " + std::to_string(at)).c_str()),
                std::invalid_argument);
            q.run({.epochs = 3}, [&](const batch_report&) { return ++steps < at; });
            CHECK(p.optimizer.steps() == at);
            if (at > 0) CHECK(tests::weights_of(p.net) == tests::weights_of(q.net));
            CHECK(p.optimizer.learning_rate() == 0.01f);
        }
}

TEST_CASE("each call starts anew: the same order and the same noise") {
    problem p;
    p.optimizer.learning_rate(0.0f); // so that a loss depends on order and noise alone
    const auto losses = [&](const fit_options& options) {
        std::vector<float> all;
        p.run(options, [&](const batch_report& b) { all.push_back(b.loss); });
        return all;
    };
    const std::vector<float> first = losses({.epochs = 1, .seed = seed{5}});
    CHECK(losses({.epochs = 1, .seed = seed{5}}) == first);
    CHECK(losses({.epochs = 1, .seed = seed{5}}) == first);
    CHECK(losses({.epochs = 1, .seed = seed{6}}) != first);
    const std::vector<float> second = losses({.epochs = 1, .seed = seed{5}, .first_epoch = 2});
    CHECK(second != first);
    std::vector<float> both = first;
    both.insert(both.end(), second.begin(), second.end());
    CHECK(losses({.epochs = 2, .seed = seed{5}}) == both);

    accumulate(p.net, p.work, mse{}, std::vector<float>(17), 3.0f); // gradients that belong to nobody
    problem q;
    p.net = model<noisy>{glorot_uniform{}, seed{3}};
    p.optimizer = strata::optimizer<noisy, adam>{p.net, adam{.learning_rate = 0.01f}};
    p.run({});
    q.run({});
    CHECK(tests::weights_of(p.net) == tests::weights_of(q.net));
}

TEST_CASE("first_epoch goes on where an earlier call ended, with the bits of one long call") {
    const std::vector<std::vector<std::size_t>> splits{{1, 1, 1}, {3}, {1, 2}, {2, 1}, {0, 3}, {2, 4, 1}};
    const std::vector<float> held_out_x = tests::uniform_rows(7, 17, 5);
    const std::vector<float> held_out_y = tests::uniform_rows(7, 5, 6);
    for (const std::vector<std::size_t>& split : splits)
        for (const std::size_t batch_size : {8u, 3u, 7u})
            for (const bool shuffle : {true, false}) {
                CAPTURE(split.size());
                CAPTURE(batch_size);
                CAPTURE(shuffle);
                fit_options options{.batch_size = batch_size,
                                    .shuffle = shuffle,
                                    .seed = seed{11},
                                    .learning_rate = warm_up{3, cosine_decay{0.02f, 40}},
                                    .clip_norm = 0.5f,
                                    .validation = {held_out_x, held_out_y}};
                problem whole, parts;
                std::vector<std::size_t> numbers;
                std::vector<float> losses, validation_losses;
                for (const std::size_t epochs : split) {
                    options.epochs = epochs;
                    const auto note = [&](const epoch_report& e) {
                        numbers.push_back(e.epoch);
                        CHECK(e.epochs == options.first_epoch + epochs - 1);
                        forward(parts.net, parts.work, std::span{parts.x}.first(17)); // a pass that draws
                    };
                    const fit_history some = parts.run(options, note);
                    losses.insert(losses.end(), some.loss.begin(), some.loss.end());
                    validation_losses.insert(validation_losses.end(), some.validation_loss.begin(),
                                             some.validation_loss.end());
                    if (epochs > 0) CHECK(some.best_epoch >= options.first_epoch);
                    options.first_epoch += epochs;
                }
                options.epochs = options.first_epoch - 1;
                options.first_epoch = 1;
                std::vector<std::size_t> numbers_of_whole;
                const fit_history all =
                    whole.run(options, [&](const epoch_report& e) { numbers_of_whole.push_back(e.epoch); });
                CHECK(tests::weights_of(parts.net) == tests::weights_of(whole.net));
                CHECK(losses == all.loss);
                CHECK(validation_losses == all.validation_loss);
                CHECK(numbers == numbers_of_whole);
                CHECK(parts.optimizer.steps() == whole.optimizer.steps());
                CHECK(parts.optimizer.learning_rate() == whole.optimizer.learning_rate());
            }
}

namespace {

std::size_t plain_calls = 0;
void plain(const epoch_report&) { ++plain_calls; }

/// Callbacks as members; itself one for both reports.
struct counter {
    std::size_t epochs = 0, batches = 0;
    void count(const epoch_report&) { ++epochs; }
    [[nodiscard]] bool first(const batch_report& b) const { return b.batch < 2; }
    void operator()(const epoch_report&) { ++epochs; }
    bool operator()(const batch_report&) { return ++batches > 0; }
};

/// One that a null pointer can be converted to, but not compared with.
struct from_pointer {
    std::shared_ptr<std::size_t> calls;
    from_pointer(std::shared_ptr<std::size_t> where) : calls{std::move(where)} {}
    void operator()(const epoch_report&) const { ++*calls; }
};

} // namespace

TEST_CASE("callbacks of all kinds: generic, by value, const, functions, std::function") {
    problem p;
    std::size_t calls = 0;
    const fit_options twice{.epochs = 2};
    p.run(twice, [&](const auto&) { ++calls; });
    CHECK(calls == 14);
    p.run(twice, [&](auto report) { return report.epoch == ++calls; });
    CHECK(calls == 15);
    p.run(twice, [&calls](epoch_report) mutable { ++calls; });
    CHECK(calls == 17);
    const auto unchanging = [&](const batch_report& b) -> bool { return b.batch < 2; };
    CHECK(p.run(twice, unchanging).loss.empty());
    p.run(twice, plain);
    p.run(twice, &plain);
    CHECK(plain_calls == 4);
    std::function<void(const epoch_report&)> function = plain;
    p.run(twice, function);
    CHECK(plain_calls == 6);
    counter count;
    p.run(twice, std::bind(&counter::count, &count, std::placeholders::_1));
    p.run(twice, std::bind_front(&counter::count, &count));
    CHECK(count.epochs == 4);
    CHECK(p.run(twice, std::bind(&counter::first, &count, std::placeholders::_1)).loss.empty());
    p.run(twice, count);
    p.run(twice, std::ref(count));
    CHECK(count.epochs == 8);
    CHECK(count.batches == 24);
    const auto calls_of_pointer = std::make_shared<std::size_t>(0);
    p.run(twice, from_pointer{calls_of_pointer});
    CHECK(*calls_of_pointer == 2);
}

TEST_CASE("an empty std::function and a null pointer are refused before anything changes") {
    problem p;
    const std::vector<float> before = tests::weights_of(p.net);
    const std::function<bool(const batch_report&)> empty;
    CHECK_THROWS_WITH_AS(p.run({.after_batch = empty}), doctest::Contains("the callback of fit is empty"),
                         std::invalid_argument);
    void (*none)(const epoch_report&) = nullptr;
    CHECK_THROWS_AS(p.run({.after_epoch = none}), std::invalid_argument);
    CHECK(tests::weights_of(p.net) == before);
}

// ---- validation, metrics and terms ----

namespace {

struct classes : network<strata::input<17>, dense<12>, relu, mark<"code">, dense<5>> {};

/// The part of the samples whose largest output is the target's, by name as accuracy has it.
struct share_right {
    static constexpr const char* name = "share right";
    double operator()(const rows_view& outputs, const rows_view& targets) const {
        std::size_t right = 0;
        for (std::size_t r = 0; r < outputs.rows; ++r)
            right += std::ranges::max_element(outputs[r]) - outputs[r].begin() ==
                     std::ranges::max_element(targets[r]) - targets[r].begin();
        return static_cast<double>(right) / static_cast<double>(outputs.rows);
    }
};

struct labelled {
    std::vector<float> x = tests::uniform_rows(45, 17, 1);
    std::vector<int> y;
    std::vector<float> one_hot = std::vector<float>(45 * 5);
    model<classes> net{he_uniform{}, seed{3}};
    workspace<classes, batch<8>> work;
    strata::optimizer<classes, adam> optimizer{net, adam{.learning_rate = 0.01f}};

    labelled() {
        for (std::size_t r = 0; r < 45; ++r) {
            y.push_back(static_cast<int>((r * r) % 5));
            one_hot[r * 5 + static_cast<std::size_t>(y.back())] = 1;
        }
    }
    /// How many of some rows are right, as the model is now.
    [[nodiscard]] double share(const std::vector<std::size_t>& numbers) const {
        const std::vector<float> out = predict(net, x);
        double right = 0;
        for (const std::size_t r : numbers)
            right += std::max_element(&out[r * 5], &out[r * 5] + 5) - &out[r * 5] == y[r];
        return right / static_cast<double>(numbers.size());
    }
};

} // namespace

TEST_CASE("validation data of any kind that fit takes, by reference or kept") {
    const std::vector<float> x = tests::uniform_rows(9, 17, 5), y = tests::uniform_rows(9, 5, 6);
    const auto losses = [&](const validation_data& data) {
        problem p;
        return p.run({.epochs = 2, .validation = data}).validation_loss;
    };
    const std::vector<float> expected = losses({x, y});
    CHECK(expected.size() == 2);
    CHECK(losses({std::span<const float>{x}, std::span{y}}) == expected);
    CHECK(losses({as_rows(x, noisy::input), as_rows(y, noisy::output)}) == expected);
    CHECK(losses({std::vector<float>{x}, std::vector<float>{y}}) == expected);
    std::vector<float> later = x;
    const validation_data referred{later, y};
    later.assign(later.size(), 0.0f);
    CHECK(losses(referred) != expected);
    later = x;
    CHECK(losses(referred) == expected);

    problem p;
    const std::vector<int> indices(9);
    CHECK_THROWS_WITH_AS(
        p.run({.validation = {x, indices}}),
        doctest::Contains("validation data has class indices for targets, which cross_entropy takes"),
        std::invalid_argument);
    CHECK_THROWS_WITH_AS(p.run({.validation = {x, std::vector<float>(8 * 5)}}),
                         doctest::Contains("8 targets for 9"), std::invalid_argument);
    CHECK(p.optimizer.steps() == 0);
    labelled l;
    std::vector<int> wrong(9);
    wrong[4] = 5;
    CHECK_THROWS_WITH_AS(
        fit(l.net, l.work, l.optimizer, cross_entropy{}, l.x, l.y, {.validation = {x, wrong}}),
        doctest::Contains("class index 5 in row 4"), std::out_of_range);
    CHECK(l.optimizer.steps() == 0);
}

TEST_CASE("metrics are reported by name, for training and validation, for one-hot rows and class indices") {
    labelled a, b, still;
    const std::vector<float> x = tests::uniform_rows(40, 17, 8);
    const std::vector<int> y(40, 2);
    std::vector<float> one_hot(40 * 5);
    for (std::size_t r = 0; r < 40; ++r) one_hot[r * 5 + 2] = 1;
    const std::vector<metric> metrics{share_right{},
                                      {"outputs", [](const rows_view& outputs, const rows_view&) {
                                           return static_cast<double>(outputs.width);
                                       }}};
    const fit_history by_index = fit(a.net, a.work, a.optimizer, cross_entropy{}, a.x, a.y,
                                     {.epochs = 3, .validation = {x, y}, .metrics = metrics});
    const fit_history by_row = fit(b.net, b.work, b.optimizer, cross_entropy{}, b.x, b.one_hot,
                                   {.epochs = 3, .validation = {x, one_hot}, .metrics = metrics});
    CHECK(tests::weights_of(a.net) == tests::weights_of(b.net));
    CHECK(by_index.loss == by_row.loss);
    CHECK(by_index.validation_loss == by_row.validation_loss);
    REQUIRE(by_index.epochs.size() == 3);
    for (std::size_t e = 0; e < 3; ++e) {
        CHECK(by_index.epochs[e].validation_loss == by_index.validation_loss[e]);
        for (std::size_t k = 0; k < 2; ++k) {
            CHECK(by_index.epochs[e].metrics.at(k).name == by_row.epochs[e].metrics.at(k).name);
            CHECK(by_index.epochs[e].metrics[k].training == by_row.epochs[e].metrics[k].training);
            CHECK(by_index.epochs[e].metrics[k].validation == by_row.epochs[e].metrics[k].validation);
        }
        CHECK(by_index.epochs[e].metric("outputs").training == 5.0);
        CHECK(by_index.epochs[e].terms.empty());
    }
    CHECK_THROWS_AS(static_cast<void>(by_index.epochs[0].metric("loss")), std::out_of_range);
    const std::vector<float> out = predict(a.net, x);
    double right = 0;
    for (std::size_t r = 0; r < 40; ++r)
        right += std::max_element(&out[r * 5], &out[r * 5] + 5) - &out[r * 5] == 2;
    CHECK(by_index.epochs.back().metric("share right").validation.value() == doctest::Approx(right / 40));

    std::vector<std::size_t> all(45);
    std::iota(all.begin(), all.end(), std::size_t{0});
    still.optimizer.learning_rate(0.0f); // so that all batches meet the same weights
    const fit_history none =
        fit(still.net, still.work, still.optimizer, cross_entropy{}, still.x, still.y, {.metrics = metrics});
    CHECK(none.epochs[0].metric("share right").training == doctest::Approx(still.share(all)));
    CHECK_FALSE(none.epochs[0].metric("share right").validation);
    CHECK_FALSE(none.epochs[0].validation_loss);
}

TEST_CASE("every part of a loss with terms is reported") {
    labelled a;
    const auto loss = 2.0f * cross_entropy{} + 0.1f * at<"code">(l1{}) + 0.01f * on_weights(l2{});
    const fit_history history =
        fit(a.net, a.work, a.optimizer, loss, a.x, a.y, {.epochs = 2, .validation = {a.x, a.y}});
    const std::vector<measured>& parts = history.epochs.back().terms;
    REQUIRE(parts.size() == 3);
    CHECK(parts[0].name == "output");
    CHECK(parts[1].name == "code");
    CHECK(parts[2].name == "weights");
    double training = 0, validation = 0;
    for (const measured& part : parts) {
        CHECK(part.training > 0);
        training += part.training;
        validation += part.validation.value();
    }
    CHECK(training == doctest::Approx(history.loss.back()).epsilon(1e-5));
    CHECK(validation == doctest::Approx(history.validation_loss.back()).epsilon(1e-5));
    CHECK(parts[0].validation.value() == doctest::Approx(evaluate(a.net, 2.0f * cross_entropy{}, a.x, a.y)));
    CHECK(parts[2].validation.value() ==
          doctest::Approx(evaluate(a.net, loss, a.x, a.y) -
                          evaluate(a.net, 2.0f * cross_entropy{} + 0.1f * at<"code">(l1{}), a.x, a.y))
              .epsilon(1e-3));
}

TEST_CASE("validation_split holds out a share by the seed, and learns from the rest alone") {
    for (const bool by_index : {true, false}) {
        CAPTURE(by_index);
        labelled a;
        std::size_t batches = 0;
        const auto run = [&](labelled& l, const fit_options& options) {
            return by_index ? fit(l.net, l.work, l.optimizer, cross_entropy{}, l.x, l.y, options)
                            : fit(l.net, l.work, l.optimizer, cross_entropy{}, l.x, l.one_hot, options);
        };
        const fit_options options{.epochs = 2,
                                  .seed = seed{4},
                                  .validation_split = 0.2f,
                                  .metrics = {share_right{}},
                                  .after_batch = [&](const batch_report& b) { batches = b.batches; }};
        const fit_history history = run(a, options);
        CHECK(batches == 5); // of 36 samples
        std::vector<std::uint32_t> order(45);
        std::iota(order.begin(), order.end(), 0u);
        shuffle(order, seed{4});
        const std::vector<std::size_t> held(order.begin(), order.begin() + 9);
        CHECK(history.epochs.back().metric("share right").validation.value() ==
              doctest::Approx(a.share(held)));

        labelled spoilt; // what is held out is learned from by nobody
        for (const std::size_t r : held)
            for (std::size_t i = 0; i < 17; ++i) spoilt.x[r * 17 + i] = 1e3f;
        CHECK(run(spoilt, options).loss == history.loss);
        CHECK(tests::weights_of(spoilt.net) == tests::weights_of(a.net));
        labelled other;
        fit_options another = options;
        another.seed = seed{5};
        CHECK(run(other, another).validation_loss != history.validation_loss);
        labelled rest; // in the order in which they lie
        std::vector<std::size_t> left(order.begin() + 9, order.end());
        std::ranges::sort(left);
        std::vector<float> x, y;
        for (const std::size_t r : left) {
            x.insert(x.end(), &a.x[r * 17], &a.x[r * 17] + 17);
            y.insert(y.end(), &a.one_hot[r * 5], &a.one_hot[r * 5] + 5);
        }
        labelled in_order;
        fit_options unshuffled = options;
        unshuffled.shuffle = false;
        CHECK(run(in_order, unshuffled).loss == fit(rest.net, rest.work, rest.optimizer, cross_entropy{}, x,
                                                    y, {.epochs = 2, .shuffle = false, .seed = seed{4}})
                                                    .loss);
    }
}

TEST_CASE("outputs that are a NaN end fit as before, and no metric sees them") {
    labelled a;
    a.x[20 * 17] = std::nanf("");
    const fit_options options{.shuffle = false,
                              .metrics = {{"strict", [](const rows_view& outputs, const rows_view&) {
                                               for (const float value : outputs[0])
                                                   if (std::isnan(value)) throw std::domain_error{"seen"};
                                               return 0.0;
                                           }}}};
    CHECK_THROWS_WITH_AS(fit(a.net, a.work, a.optimizer, cross_entropy{}, a.x, a.y, options),
                         doctest::Contains("in epoch 1, batch 3"), std::runtime_error);
}
