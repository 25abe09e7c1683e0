// fit: epochs, callbacks, validation, repeatability, and what it refuses.

#include "strata/train/fit.hpp"

#include "strata/core.hpp"
#include "support/callbacks.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace strata;
using tests::dense_net;

namespace {

struct problem {
    std::vector<float> x = tests::uniform_rows(45, 17, 1);
    std::vector<float> y = tests::uniform_rows(45, 5, 2);
    model<dense_net> net{glorot_uniform{}, seed{3}};
    workspace<dense_net, batch<8>> work;
    strata::optimizer<dense_net, sgd> optimizer{net, sgd{.learning_rate = 0.1f, .momentum = 0.9f}};

    fit_history run(const fit_options& options) { return fit(net, work, optimizer, mse{}, x, y, options); }
    template <class Callback>
    fit_history run(const fit_options& options, Callback&& callback) {
        return run(tests::with(options, std::forward<Callback>(callback)));
    }
};

} // namespace

TEST_CASE("the loss goes down, and history has every epoch") {
    problem p;
    const fit_history history = p.run({.epochs = 30});
    CHECK(history.loss.size() == 30);
    CHECK(history.validation_loss.empty());
    CHECK(history.loss.back() < 0.7f * history.loss.front());
}

TEST_CASE("the same seed gives the same weights, bit for bit; another seed others") {
    problem a, b, c;
    a.run({.epochs = 3, .seed = seed{7}});
    b.run({.epochs = 3, .seed = seed{7}});
    c.run({.epochs = 3, .seed = seed{8}});
    CHECK(tests::weights_of(a.net) == tests::weights_of(b.net));
    CHECK(tests::weights_of(a.net) != tests::weights_of(c.net));
}

TEST_CASE("fit is the loop over minibatches and train_step") {
    problem a, b;
    a.run({.epochs = 1, .shuffle = false});
    for (const auto& [x, y] : minibatches<8>(as_rows(b.x, shape<17>), as_rows(b.y, shape<5>)))
        train_step(b.net, b.work, b.optimizer, mse{}, x, y);
    CHECK(tests::weights_of(a.net) == tests::weights_of(b.net));
}

TEST_CASE("callbacks for batches and epochs; false ends the training") {
    struct counter {
        std::size_t batches = 0, epochs = 0;
        float mean = 0;
        void operator()(const batch_report& b) {
            ++batches;
            CHECK(b.batches == 6);
            CHECK(b.batch == (batches - 1) % 6 + 1);
            CHECK(b.epochs == 4);
        }
        bool operator()(const epoch_report& e) {
            ++epochs;
            mean = e.loss;
            return e.epoch < 2;
        }
    } count;
    problem p;
    const fit_history history = p.run({.epochs = 4}, count);
    CHECK(count.batches == 12);
    CHECK(count.epochs == 2);
    CHECK(history.loss.size() == 2);
    CHECK(history.loss.back() == count.mean);

    std::size_t batches = 0;
    p.run({.epochs = 4}, [&](const batch_report&) { return ++batches < 3; });
    CHECK(batches == 3);
}

TEST_CASE("smaller batches than the workspace has room for; larger ones are refused") {
    problem p;
    std::size_t batches = 0;
    p.run({.batch_size = 4}, [&](const batch_report& b) { batches = b.batches; });
    CHECK(batches == 12);
    CHECK_THROWS_AS(p.run({.batch_size = 9}), std::length_error);
}

TEST_CASE("validation is measured after every epoch, and not learnt from") {
    problem a, b;
    const std::vector<float> x = tests::uniform_rows(40, 17, 8);
    const std::vector<float> y = tests::uniform_rows(40, 5, 9);
    const fit_history history = a.run({.epochs = 3, .validation = {x, y}});
    b.run({.epochs = 3});
    CHECK(history.validation_loss.size() == 3);
    CHECK(history.validation_loss.back() == doctest::Approx(evaluate(a.net, mse{}, x, y)));
    CHECK(tests::weights_of(a.net) == tests::weights_of(b.net));
}

TEST_CASE("NaN in the data is an error that names epoch and batch") {
    problem p;
    p.x[9 * 17] = std::nanf("");
    CHECK_THROWS_WITH_AS(p.run({.shuffle = false}), doctest::Contains("in epoch 1, batch 2"),
                         std::runtime_error);
}

TEST_CASE("counts and shapes that do not fit are refused before anything changes") {
    problem p;
    const std::vector<float> before = tests::weights_of(p.net);
    p.y.resize(44 * 5);
    CHECK_THROWS_WITH_AS(p.run({}), doctest::Contains("45 samples, but 44 targets"), std::invalid_argument);
    p.x.pop_back();
    CHECK_THROWS_AS(p.run({}), std::invalid_argument);
    CHECK(tests::weights_of(p.net) == before);
}

namespace {

struct dropping : network<strata::input<17>, dense<33>, relu, dropout<0.4>, dense<5>> {};

/// The same problem for a network with dropout, and data to measure it on.
struct dropping_problem {
    std::vector<float> x = tests::uniform_rows(45, 17, 1);
    std::vector<float> y = tests::uniform_rows(45, 5, 2);
    std::vector<float> held_out_x = tests::uniform_rows(40, 17, 8);
    std::vector<float> held_out_y = tests::uniform_rows(40, 5, 9);
    model<dropping> net{glorot_uniform{}, seed{3}};
    workspace<dropping, batch<8>> work;
    strata::optimizer<dropping, adam> optimizer{net, adam{.learning_rate = 0.01f}};

    fit_history run(fit_options options) {
        options.validation = {held_out_x, held_out_y};
        return fit(net, work, optimizer, mse{}, x, y, options);
    }
    template <class Callback>
    fit_history run(const fit_options& options, Callback&& callback) {
        return run(tests::with(options, std::forward<Callback>(callback)));
    }
};

/// Counts from 1, as epochs are.
std::size_t least_of(const std::vector<float>& losses) {
    return static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin()) + 1;
}

} // namespace

TEST_CASE("a schedule's rate is used step by step, counted from 0 in every call") {
    problem a, b;
    std::vector<std::size_t> asked;
    std::vector<float> used;
    const auto rate = [](std::size_t step) { return 0.2f / (1.0f + static_cast<float>(step)); };
    const fit_options options{.epochs = 2, .shuffle = false, .learning_rate = [&](std::size_t step) {
                                  asked.push_back(step);
                                  return rate(step);
                              }};
    a.run(options, [&](const batch_report&) { used.push_back(a.optimizer.learning_rate()); });
    REQUIRE(asked.size() == 12);
    std::size_t step = 0;
    for (int epoch = 0; epoch < 2; ++epoch)
        for (const auto& [x, y] : minibatches<8>(as_rows(b.x, shape<17>), as_rows(b.y, shape<5>))) {
            b.optimizer.learning_rate(rate(step));
            train_step(b.net, b.work, b.optimizer, mse{}, x, y);
            CHECK(asked[step] == step);
            CHECK(used[step] == rate(step));
            ++step;
        }
    CHECK(tests::weights_of(a.net) == tests::weights_of(b.net));
    asked.clear();
    a.run(options);
    CHECK(asked.front() == 0);

    problem c, d;
    c.run({.learning_rate = warm_up{2, cosine_decay{0.1f, 4}}});
    CHECK(c.optimizer.learning_rate() == cosine_decay{0.1f, 4}(3));
    d.run({});
    CHECK(d.optimizer.learning_rate() == 0.1f); // without a schedule, the optimizer's own
}

TEST_CASE("clip_norm clips the gradients of every step") {
    problem a, b, c;
    a.run({.epochs = 2, .shuffle = false, .clip_norm = 0.05f});
    for (int epoch = 0; epoch < 2; ++epoch)
        for (const auto& [x, y] : minibatches<8>(as_rows(b.x, shape<17>), as_rows(b.y, shape<5>))) {
            accumulate(b.net, b.work, mse{}, x, y);
            CHECK(clip_gradients(b.work, 0.05f) > 0.05f);
            b.optimizer.step(b.net, b.work);
        }
    CHECK(tests::weights_of(a.net) == tests::weights_of(b.net));
    c.run({.epochs = 2, .shuffle = false, .clip_norm = 1000.0f});
    problem plain;
    plain.run({.epochs = 2, .shuffle = false});
    CHECK(tests::weights_of(c.net) == tests::weights_of(plain.net));
    CHECK(tests::weights_of(c.net) != tests::weights_of(a.net));
}

TEST_CASE("best_epoch is the one with the least validation loss, or else the least loss") {
    dropping_problem p;
    const fit_history history = p.run({.epochs = 40});
    CHECK(history.best_epoch == least_of(history.validation_loss));
    CHECK(history.best_epoch != least_of(history.loss));
    CHECK(history.best_epoch > 1);
    CHECK(history.best_epoch < 40);
    problem without;
    const fit_history own = without.run({.epochs = 10});
    CHECK(own.best_epoch == least_of(own.loss));
    CHECK_FALSE(without.run({.epochs = 0}).best_epoch);
}

TEST_CASE(
    "restore_best_weights leaves the weights of the best epoch, bit for bit; without it, the last ones") {
    dropping_problem kept, last;
    std::vector<std::vector<float>> after_epoch;
    const fit_history history =
        kept.run({.epochs = 40, .restore_best_weights = true},
                 [&](const epoch_report&) { after_epoch.push_back(tests::weights_of(kept.net)); });
    REQUIRE(history.best_epoch.value_or(40) < 40);
    CHECK(tests::weights_of(kept.net) == after_epoch[*history.best_epoch - 1]);
    CHECK(evaluate(kept.net, mse{}, kept.held_out_x, kept.held_out_y) ==
          history.validation_loss[*history.best_epoch - 1]);
    last.run({.epochs = 40});
    CHECK(tests::weights_of(last.net) == after_epoch.back());
}

TEST_CASE("restore_best_weights also where a callback ends the training, in an epoch or after it") {
    dropping_problem full;
    const std::size_t best = full.run({.epochs = 40}).best_epoch.value();
    dropping_problem whole, part;
    std::vector<float> best_weights;
    whole.run({.epochs = 40, .restore_best_weights = true}, [&](const epoch_report& e) {
        if (e.epoch == best) best_weights = tests::weights_of(whole.net);
        return e.epoch < best + 2;
    });
    CHECK(tests::weights_of(whole.net) == best_weights);
    part.run({.epochs = 40, .restore_best_weights = true},
             [&](const batch_report& b) { return b.epoch < best + 2 || b.batch < 3; });
    CHECK(tests::weights_of(part.net) == best_weights);
}

TEST_CASE("restore_best_weights, before there is a best epoch, undoes nothing") {
    dropping_problem p, q;
    p.run({.restore_best_weights = true}, [](const batch_report& b) { return b.batch < 3; });
    q.run({}, [](const batch_report& b) { return b.batch < 3; });
    CHECK(tests::weights_of(p.net) == tests::weights_of(q.net));
    CHECK(tests::weights_of(p.net) != tests::weights_of(model<dropping>{glorot_uniform{}, seed{3}}));
}

TEST_CASE("patience ends the training after so many epochs in a row that are no better") {
    dropping_problem full;
    const std::vector<float> losses = full.run({.epochs = 60}).validation_loss;
    for (const std::size_t patience : {1u, 3u, 5u}) {
        CAPTURE(patience);
        std::size_t epochs = 0;
        std::size_t best = 0;
        while (epochs < losses.size() && epochs - best < patience) {
            ++epochs;
            if (best == 0 || losses[epochs - 1] < losses[best - 1]) best = epochs;
        }
        REQUIRE(epochs < 60);
        dropping_problem p;
        const fit_history history = p.run({.epochs = 60, .patience = patience});
        CHECK(history.validation_loss.size() == epochs);
        CHECK(history.best_epoch == best);
        CHECK(history.validation_loss ==
              std::vector<float>(losses.begin(), losses.begin() + std::ptrdiff_t(epochs)));
    }
    problem without; // on the loss itself
    without.optimizer.learning_rate(0.0f);
    CHECK(without.run({.epochs = 9, .shuffle = false, .patience = 2}).loss.size() == 3);
}

TEST_CASE("dropout: the same seed gives the same weights, bit for bit, whatever ran before") {
    dropping_problem a, b, c;
    a.run({.epochs = 3, .seed = seed{7}});
    forward(b.net, b.work, std::span{b.x}.first(17)); // a pass that draws
    b.run({.epochs = 3, .seed = seed{7}});
    c.run({.epochs = 3, .shuffle = false, .seed = seed{7}});
    CHECK(tests::weights_of(a.net) == tests::weights_of(b.net));
    CHECK(tests::weights_of(a.net) != tests::weights_of(c.net));
    dropping_problem d, e; // in the same order, the noise depends on the seed
    d.run({.epochs = 1, .shuffle = false, .seed = seed{8}});
    e.run({.epochs = 1, .shuffle = false, .seed = seed{9}});
    CHECK(tests::weights_of(d.net) != tests::weights_of(e.net));
}

TEST_CASE("the validation loss is that of predictions: nothing is dropped, and nothing drawn") {
    dropping_problem p, q;
    const fit_history history = p.run({.epochs = 4});
    const std::vector<float> predicted = predict(p.net, p.held_out_x);
    double sum = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i)
        sum += std::pow(double(predicted[i]) - double(p.held_out_y[i]), 2);
    CHECK(double(history.validation_loss.back()) ==
          doctest::Approx(sum / double(predicted.size())).epsilon(1e-5));
    fit(q.net, q.work, q.optimizer, mse{}, q.x, q.y, {.epochs = 4});
    CHECK(tests::weights_of(p.net) == tests::weights_of(q.net));
}

TEST_CASE("terms of a loss count in training and in validation") {
    problem a;
    const auto loss = mse{} + 0.1f * at<"code">(l1{});
    const fit_history history =
        fit(a.net, a.work, a.optimizer, loss, a.x, a.y, {.epochs = 2, .validation = {a.x, a.y}});
    CHECK(history.validation_loss.back() == evaluate(a.net, loss, a.x, a.y));
    CHECK(history.validation_loss.back() > evaluate(a.net, mse{}, a.x, a.y) + 0.5f);
}

namespace {

/// An optimizer of a user's own that fails in one of its steps.
struct failing {
    optimizer<dense_net, sgd> within;
    std::size_t at;
    std::size_t made = 0;

    void learning_rate(float rate) { within.learning_rate(rate); }

    template <class Arch, class Model, class Work>
    void step(Model& net, Work& work) {
        if (++made == at) throw std::out_of_range{"of the optimizer's own"};
        within.step<Arch>(net, work);
    }
};

} // namespace

TEST_CASE("whatever ends fit, the workspace has no gradients that would be in the next step") {
    for (const std::size_t at : {1u, 2u, 7u})
        for (const bool restore_best_weights : {false, true}) {
            problem p;
            failing own{{p.net, sgd{}}, at};
            CHECK_THROWS_AS(
                fit(p.net, p.work, own, mse{}, p.x, p.y,
                    {.epochs = 2, .clip_norm = 1.0f, .restore_best_weights = restore_best_weights}),
                std::out_of_range);
            CHECK(p.work.gradients_empty());

            workspace<dense_net, batch<8>> fresh;
            model<dense_net> other = p.net.clone();
            optimizer one{p.net, sgd{}};
            optimizer two{other, sgd{}};
            const std::span<const float> x = std::span{p.x}.first(3 * 17), y = std::span{p.y}.first(3 * 5);
            train_step(p.net, p.work, one, mse{}, x, y);
            train_step(other, fresh, two, mse{}, x, y);
            CHECK(tests::weights_of(p.net) == tests::weights_of(other));
        }
}

TEST_CASE("an optimizer of another model, or what was moved from, is refused before anything changes") {
    const fit_options options{.epochs = 2, .learning_rate = constant_rate{0.5f}};
    {
        problem p;
        const model<dense_net> twin = p.net.clone();
        optimizer other{twin, adam{}};
        const std::vector<float> before = tests::weights_of(p.net);
        CHECK_THROWS_AS(fit(p.net, p.work, other, mse{}, p.x, p.y, options), std::invalid_argument);
        CHECK(other.learning_rate() == 0.001f);
        CHECK(p.work.gradients_empty());
        CHECK(tests::weights_of(p.net) == before);
    }
    problem p;
    {
        const workspace<dense_net, batch<8>> taken = std::move(p.work);
        CHECK_THROWS_AS(p.run(options), std::invalid_argument);
        CHECK(p.optimizer.learning_rate() == 0.1f);
    }
    p.work = workspace<dense_net, batch<8>>{};
    const optimizer<dense_net, sgd> taken = std::move(p.optimizer);
    CHECK_THROWS_AS(p.run(options), std::invalid_argument);
    p.optimizer = strata::optimizer{p.net, sgd{.learning_rate = 0.1f}};
    const model<dense_net> moved = std::move(p.net);
    CHECK_THROWS_AS(p.run(options), std::invalid_argument);
    CHECK(p.optimizer.learning_rate() == 0.1f);
}
