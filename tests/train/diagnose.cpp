// The message of a fit that fails: epoch, batch, layer, and where numbers stopped being finite.

#include "strata/train/diagnose.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace strata;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t rows = 21;

// clang-format off
struct deep : network<
    strata::input<6>,
    dense<20>, batch_norm<>, strata::tanh,
    mark<"code">, dense<17>, dropout<0.3>, relu, dense<4>> {};
struct images : network<
    strata::input<6, 1, 1>,
    conv2d<3, 3, same>, relu, max_pool2d<1>, flatten, dense<4>> {};
// clang-format on

template <class Net>
struct problem {
    std::vector<float> x = tests::uniform_rows(rows, 6, 1);
    std::vector<float> y = tests::uniform_rows(rows, 4, 2);
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Net, batch<8>> work;
    strata::optimizer<Net, sgd> optimizer{net, sgd{.learning_rate = 0.01f}};

    /// What fit says as it fails.
    template <class Loss = mse>
    std::string message(const fit_options& options, const Loss& loss = {}) {
        try {
            fit(net, work, optimizer, loss, x, y, options);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it did not fail";
    }
};

bool has(const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE_TEMPLATE("a value of the samples or targets is named by its row in the whole data", Net, deep,
                   images) {
    for (const bool shuffle : {true, false})
        for (const float bad : {std::nanf(""), infinity, -infinity})
            for (const std::size_t row : {0u, 7u, 8u, 20u}) {
                CAPTURE(shuffle);
                CAPTURE(bad);
                CAPTURE(row);
                const std::string where = " in row " + std::to_string(row) + ", value 2";
                problem<Net> p, q;
                p.x[row * 6 + 2] = bad;
                const std::string of_x = p.message({.shuffle = shuffle});
                CHECK(has(of_x, "the samples have "));
                CHECK(has(of_x, where));
                if (!shuffle) CHECK(has(of_x, "in epoch 1, batch " + std::to_string(row / 8 + 1)));
                q.y[row * 4 + 2] = bad;
                const std::string of_y = q.message({.shuffle = shuffle});
                CHECK(has(of_y, "the targets have "));
                CHECK(has(of_y, where));
                if (!shuffle) CHECK(has(of_y, "in epoch 1, batch " + std::to_string(row / 8 + 1)));
            }
}

TEST_CASE(
    "infinite samples behind an activation that hides them are noticed, and nothing is learned from them") {
    struct hiding : network<strata::input<6>, strata::tanh, dense<4>> {};
    struct pooling : network<strata::input<3, 2, 1>, max_pool2d<2>, flatten, dense<4>> {};
    const auto check = [&]<class Net>(problem<Net>& p, float bad) {
        const std::vector<float> before = tests::weights_of(p.net);
        p.x[3] = bad;
        CHECK(has(p.message({.shuffle = false}), "in epoch 1, batch 1"));
        CHECK(tests::weights_of(p.net) == before);
    };
    problem<hiding> p;
    check(p, infinity);
    problem<pooling> q;
    check(q, -infinity);
}

TEST_CASE("weights that a callback has spoilt are named by layer") {
    for (const float bad : {std::nanf(""), infinity})
        for (const placed_parameter& parameter : parameters_of<deep>) {
            problem<deep> p;
            const std::string text = p.message({.epochs = 3, .after_batch = [&](const batch_report& b) {
                                                    if (b.epoch == 2 && b.batch == 2) {
                                                        std::vector<float> values(parameter.what.count());
                                                        p.net.read(parameter, values);
                                                        values[values.size() / 2] = bad;
                                                        p.net.write(parameter, values);
                                                    }
                                                }});
            // An infinite bias in front of tanh makes no number infinite but itself.
            CHECK((has(text, "in epoch 2, batch 3") || has(text, "in epoch 2, after its last batch")));
            CHECK(has(text, "the " + std::string{parameter.what.name} + " of layer " +
                                std::to_string(parameter.layer_number) + " ("));
        }
}

TEST_CASE("outputs that overflow are named by the layer that makes them") {
    const auto text_for = [](std::size_t layer_number) {
        problem<deep> p;
        for (const placed_parameter& parameter : parameters_of<deep>)
            if (parameter.layer_number == layer_number && parameter.what.fan_in > 0)
                p.net.write(parameter, std::vector<float>(parameter.what.count(), 3e38f));
        return p.message({});
    };
    CHECK(has(text_for(1), "the output of layer 1 (" + dense<20>::describe() + ")"));
    CHECK(has(text_for(5), "the output of layer 5 (" + dense<17>::describe() + ")"));
    CHECK(has(text_for(8), "the output of layer 8 (" + dense<4>::describe() + ")"));
    CHECK(has(text_for(8), "in epoch 1, batch 1"));
}

namespace {

/// mse with its value, its gradient or both replaced.
struct spoilt {
    float loss = 1.0f;
    float slope = 0.0f;
    template <class Arch>
    float value(const rows_view&, const rows_view&, std::size_t) const {
        return loss;
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view&, std::size_t, const padded_rows<float>& out) const {
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) out[r][i] = slope;
        return loss;
    }
};

} // namespace

TEST_CASE("a loss, its gradient, a layer's gradient and a term of it are told apart") {
    problem<deep> p;
    CHECK(has(p.message({}, spoilt{.loss = infinity}), "but the loss of them is not"));
    CHECK(has(p.message({}, spoilt{.slope = std::nanf("")}), "its gradient by the output is not"));
    // 3e38 times weights that are large enough: the output is finite, the gradients are not.
    const std::string text = p.message({}, spoilt{.slope = 3e38f});
    CHECK(has(text, "the gradients of layer 8 (" + dense<4>::describe() + ")"));
    const std::string of_term = p.message({}, mse{} + infinity * on_weights(l1{}));
    CHECK(has(of_term, "the gradients of layer"));
    CHECK(has(p.message({}, mse{} + at<"code">(l1{}) + 3e38f * on_weights(l2{})), "in epoch 1, batch 1"));
    CHECK(has(p.message({.clip_norm = 1.0f}, spoilt{.slope = 3e38f}), "the gradients of layer 8"));
}

TEST_CASE("weights that a step makes infinite end the training at the end of its epoch at the latest") {
    problem<deep> p;
    p.optimizer.learning_rate(3e38f);
    CHECK(has(p.message({}, spoilt{.slope = 1e3f}), "in epoch 1"));
    struct one : network<strata::input<6>, dense<4>> {};
    problem<one> q;
    q.optimizer.learning_rate(3e38f);
    q.x.resize(6);
    q.y.resize(4);
    const std::string text = q.message({.epochs = 2}, spoilt{.slope = 1e3f});
    CHECK(has(text, "in epoch 1, after its last batch: the "));
    CHECK(has(text, " of layer 1 (" + dense<4>::describe() + ")"));
}

TEST_CASE("a training that diverges names a layer, and says what to do") {
    for (const float rate : {1e3f, 1e10f, 1e20f, 1e30f}) {
        CAPTURE(rate);
        problem<deep> p;
        p.optimizer.learning_rate(rate);
        const std::string text = p.message({.epochs = 500});
        if (text == "it did not fail") continue;
        CHECK(has(text, "strata: fit fails in epoch "));
        CHECK((has(text, " layer ") || has(text, "the loss of them")));
        CHECK(has(text, "learning rate"));
    }
    problem<images> p;
    p.optimizer.learning_rate(1e20f);
    CHECK(has(p.message({.epochs = 500}), "lower the learning rate"));
}
