// What fit and evaluate refuse before anything changes: no rows, wrong counts and widths, targets outside of what
// the loss takes, validation data that is not finite.

#include "strata/train/checks.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

using namespace strata;

namespace {

struct classifier : network<strata::input<6>, dense<9>, strata::tanh, mark<"code">, dense<4>, sigmoid> {};
struct of_logits : network<strata::input<6>, dense<9>, strata::tanh, mark<"code">, dense<4>> {};
constexpr std::size_t rows = 21;

template <class Net>
struct problem_of {
    std::vector<float> x = tests::uniform_rows(rows, 6, 1);
    std::vector<float> y = std::vector<float>(rows * 4, 0.25f);
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Net, batch<8>> work;
    strata::optimizer<Net, sgd> optimizer{net, sgd{.learning_rate = 0.1f}};
    std::vector<float> before = tests::weights_of(net);
    std::size_t calls = 0;

    template <class Loss, class X, class Y>
    void train(const Loss& loss, const X& train_x, const Y& train_y) {
        fit(net, work, optimizer, loss, train_x, train_y,
            {.after_batch = [&](const batch_report&) { ++calls; }});
    }
    template <class Loss, class X, class Y>
    void validate(const Loss& loss, const X& held_out_x, const Y& held_out_y) {
        fit(net, work, optimizer, loss, x, y,
            {.validation = {held_out_x, held_out_y}, .after_batch = [&](const batch_report&) { ++calls; }});
    }
    [[nodiscard]] bool unchanged() const {
        return calls == 0 && tests::weights_of(net) == before && optimizer.steps() == 0;
    }
};

using problem = problem_of<classifier>;

} // namespace

TEST_CASE("no rows: fit, evaluate and validation refuse them; predict returns none") {
    problem p;
    const std::vector<float> none;
    const rows_view no_x{nullptr, 0, 6, 6, nullptr};
    const rows_view no_y{nullptr, 0, 4, 4, nullptr};
    CHECK_THROWS_WITH_AS(p.train(mse{}, none, none), doctest::Contains("fit needs at least one sample"),
                         std::invalid_argument);
    CHECK_THROWS_AS(p.train(bce{}, no_x, no_y), std::invalid_argument);
    CHECK_THROWS_WITH_AS(p.validate(mse{}, none, none),
                         doctest::Contains("validation needs at least one sample"), std::invalid_argument);
    CHECK_THROWS_AS(p.validate(mse{} + at<"code">(l1{}), no_x, no_y), std::invalid_argument);
    CHECK_THROWS_WITH_AS(evaluate(p.net, mse{}, none, none), doctest::Contains("evaluate needs at least one"),
                         std::invalid_argument);
    CHECK_THROWS_AS(evaluate(p.net, 2.0f * mae{}, no_x, no_y), std::invalid_argument);
    CHECK(predict(p.net, none).empty());
    CHECK(p.unchanged());
}

TEST_CASE("a validation set of wrong size or width is refused before training") {
    problem p;
    for (const auto& [x_floats, y_floats] : std::vector<std::pair<std::size_t, std::size_t>>{
             {12, 4}, {6, 8}, {0, 4}, {6, 0}, {7, 4}, {6, 5}, {5, 4}, {6, 3}, {60, 36}})
        CHECK_THROWS_AS(p.validate(mse{}, std::vector<float>(x_floats), std::vector<float>(y_floats)),
                        std::invalid_argument);
    const rows_view wide{p.x.data(), 3, 7, 7, nullptr};
    const rows_view narrow{p.y.data(), 3, 3, 4, nullptr};
    CHECK_THROWS_AS(p.validate(mse{}, wide, std::vector<float>(12)), std::invalid_argument);
    CHECK_THROWS_AS(p.validate(mse{}, std::vector<float>(18), narrow), std::invalid_argument);
    CHECK(p.unchanged());
}

TEST_CASE("NaN and infinity in validation data are refused before training, with their place") {
    for (const float bad :
         {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()})
        for (const std::size_t at : {0u, 5u, 6u, 41u, 65u}) {
            problem p;
            std::vector<float> x = tests::uniform_rows(11, 6, 5);
            std::vector<float> y(11 * 4);
            const std::string x_place = "row " + std::to_string(at / 6) + ", value " + std::to_string(at % 6);
            x[at] = bad;
            CHECK_THROWS_WITH_AS(p.validate(mse{}, x, y), doctest::Contains(x_place.c_str()),
                                 std::invalid_argument);
            x[at] = 0.0f;
            const std::size_t in_y = at % 44;
            const std::string y_place =
                "row " + std::to_string(in_y / 4) + ", value " + std::to_string(in_y % 4);
            y[in_y] = bad;
            CHECK_THROWS_WITH_AS(p.validate(mse{}, x, y), doctest::Contains(y_place.c_str()),
                                 std::invalid_argument);
            CHECK(p.unchanged());
        }
}

namespace {

/// That fit, its validation and evaluate refuse these targets for a loss, alone and within others.
template <class Loss>
void refuses(const Loss& loss, const std::vector<float>& targets, const std::string& says) {
    constexpr bool takes_logits = expected_output_of<Loss> == expected_output::logits;
    problem_of<std::conditional_t<takes_logits, of_logits, classifier>> p;
    const auto each = [&](const auto& whole) {
        CHECK_THROWS_WITH_AS(p.train(whole, p.x, targets), doctest::Contains(says.c_str()),
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(p.validate(whole, p.x, targets), doctest::Contains(says.c_str()),
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(evaluate(p.net, whole, p.x, targets), doctest::Contains(says.c_str()),
                             std::invalid_argument);
    };
    each(loss);
    each(0.5f * loss);
    each(loss + at<"code">(l1{}));
    each(2.0f * (784.0f * loss + on_weights(l2{})));
    CHECK(p.unchanged());
}

/// A loss around bce that does not say which targets it takes.
struct around_bce {
    template <class Arch>
    float value(const rows_view& y, const rows_view& target, std::size_t samples) const {
        return bce{}.value<Arch>(y, target, samples);
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        return bce{}.gradient<Arch>(y, target, samples, out);
    }
};

} // namespace

TEST_CASE_TEMPLATE("targets outside of 0 to 1 are refused where the loss takes no others", Loss, bce,
                   bce_with_logits, cross_entropy) {
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> bads{
        255.0f, 2.0f, -1.0f, std::nextafter(1.0f, 2.0f), -1e-6f, infinity, -infinity, std::nanf(""), 128.0f};
    for (std::size_t i = 0; i < bads.size(); ++i) {
        const std::size_t at = (i * 37) % (rows * 4);
        std::vector<float> targets(rows * 4, 0.25f);
        targets[at] = bads[i];
        refuses(Loss{}, targets, "in row " + std::to_string(at / 4) + ", value " + std::to_string(at % 4));
    }
    std::vector<float> bytes(rows * 4);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<float>(i * 3 % 256);
    refuses(Loss{}, bytes, "this loss takes numbers from 0 to 1: divide bytes by 255");
}

TEST_CASE("targets at both ends of the range are taken, and a loss that declares no range takes all") {
    problem p;
    for (std::size_t i = 0; i < p.y.size(); ++i) p.y[i] = i % 2 == 0 ? 1.0f : 0.0f;
    p.y[3] = -0.0f;
    p.train(bce{}, p.x, p.y);
    problem_of<of_logits> l;
    l.train(0.5f * cross_entropy{}, p.x, p.y);
    CHECK(l.calls == 3);
    CHECK(std::isfinite(evaluate(l.net, bce_with_logits{}, p.x, p.y)));
    p.y[9] = 1.5f;
    p.train(around_bce{}, p.x, p.y);
    p.train(mse{}, p.x, p.y);
    p.validate(2.0f * around_bce{}, p.x, p.y);
    CHECK(std::isfinite(evaluate(p.net, around_bce{} + at<"code">(l1{}), p.x, p.y)));
    p.train(unchecked(bce{}), p.x, p.y);
    CHECK(p.calls == 15);
}

TEST_CASE("huber refuses a delta that is not above 0, in every verb") {
    for (const float delta : {0.0f, -0.0f, -1.0f, -1e-30f, std::nanf(""), -std::nanf(""),
                              -std::numeric_limits<float>::infinity()}) {
        CAPTURE(delta);
        problem p;
        const huber loss{delta};
        CHECK_THROWS_WITH_AS(p.train(loss, p.x, p.y), doctest::Contains("huber's delta"),
                             std::invalid_argument);
        CHECK_THROWS_AS(p.train(2.0f * loss, p.x, p.y), std::invalid_argument);
        CHECK_THROWS_AS(evaluate(p.net, loss, p.x, p.y), std::invalid_argument);
        const rows_view x = rows_view{p.x.data(), 8, 6, 6, nullptr};
        const rows_view y = rows_view{p.y.data(), 8, 4, 4, nullptr};
        CHECK_THROWS_AS(train_step(p.net, p.work, p.optimizer, loss, x, y), std::invalid_argument);
        CHECK_THROWS_AS(accumulate(p.net, p.work, loss, x, y), std::invalid_argument);
        CHECK_THROWS_AS(input_gradient(p.net, p.work, loss, x, y), std::invalid_argument);
        CHECK(p.unchanged());
    }
    problem p;
    CHECK(evaluate(p.net, huber{std::numeric_limits<float>::infinity()}, p.x, p.y) ==
          doctest::Approx(0.5f * evaluate(p.net, mse{}, p.x, p.y)));
}
