// fit: epochs, callbacks, validation, repeatability, and what it refuses.

#include "strata/train/fit.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace strata;
using tests::dense_net;

namespace {

struct problem {
    std::vector<float> x = tests::uniform_rows(45, 17, 1);
    std::vector<float> y = tests::uniform_rows(45, 5, 2);
    model<dense_net> net{glorot_uniform{}, seed{3}};
    workspace<dense_net, batch<8>> work;
    sgd<dense_net> optimizer{net, {.learning_rate = 0.1f, .momentum = 0.9f}};

    template <class... More>
    fit_history run(const fit_options& options, More&&... more) {
        return fit(net, work, optimizer, mse{}, x, y, options, more...);
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
    const fit_history history = a.run({.epochs = 3}, no_callback{}, validation{x, y});
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
