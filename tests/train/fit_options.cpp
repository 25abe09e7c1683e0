// fit's options and callbacks: what they do from call to call, and what is refused.

#include "strata/train/fit_options.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
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

    template <class... More>
    fit_history run(const fit_options& options, More&&... more) {
        return fit(net, work, optimizer, mse{}, x, y, options, more...);
    }
};

} // namespace

TEST_CASE("options that make no sense are refused, and nothing has changed") {
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    std::vector<fit_options> senseless;
    for (const std::size_t size : {std::size_t{9}, std::size_t{45}, std::size_t{1000}, most})
        senseless.push_back({.batch_size = size});
    for (const float norm : {std::nanf(""), -std::nanf(""), -1.0f, -1e-30f, -infinity, infinity})
        senseless.push_back({.clip_norm = norm});
    senseless.push_back({.first_epoch = 0});
    senseless.push_back({.epochs = most, .first_epoch = 2});
    senseless.push_back({.epochs = 2, .first_epoch = most});
    for (const std::size_t rows : {45u, 5u}) { // also where all samples are fewer than the workspace has room for
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
        CHECK_THROWS_WITH_AS(p.run({.batch_size = 9}), doctest::Contains("batch_size is 9"), std::length_error);
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
            const fit_options options{.epochs = 3, .learning_rate = [&](std::size_t step) {
                                          return step == at ? rate : 0.01f;
                                      }};
            CHECK_THROWS_WITH_AS(p.run(options),
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
        for (const std::size_t batch_size : {0u, 3u, 7u})
            for (const bool shuffle : {true, false}) {
                CAPTURE(split.size());
                CAPTURE(batch_size);
                CAPTURE(shuffle);
                fit_options options{.batch_size = batch_size,
                                    .shuffle = shuffle,
                                    .seed = seed{11},
                                    .learning_rate = warm_up{3, cosine_decay{0.02f, 40}},
                                    .clip_norm = 0.5f};
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
                    const fit_history some = parts.run(options, note, validation{held_out_x, held_out_y});
                    losses.insert(losses.end(), some.loss.begin(), some.loss.end());
                    validation_losses.insert(validation_losses.end(), some.validation_loss.begin(),
                                             some.validation_loss.end());
                    if (epochs > 0) CHECK(some.best_epoch >= options.first_epoch);
                    options.first_epoch += epochs;
                }
                options.epochs = options.first_epoch - 1;
                options.first_epoch = 1;
                std::vector<std::size_t> numbers_of_whole;
                const fit_history all = whole.run(
                    options, [&](const epoch_report& e) { numbers_of_whole.push_back(e.epoch); },
                    validation{held_out_x, held_out_y});
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
    CHECK_THROWS_WITH_AS(p.run({}, empty), doctest::Contains("the callback of fit is empty"),
                         std::invalid_argument);
    void (*none)(const epoch_report&) = nullptr;
    CHECK_THROWS_AS(p.run({}, none), std::invalid_argument);
    CHECK(tests::weights_of(p.net) == before);
}
