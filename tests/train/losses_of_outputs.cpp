// Which loss is at which output, and what fit reports of each.
#include "strata/train/losses_of_outputs.hpp"

#include "strata/core.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

using namespace strata;
using tests::three_in_two_out, tests::two_heads;

namespace {

/// An output that has three names: two see the same values in other shapes.
struct viewed
    : network<strata::input<7>, dense<6>, strata::tanh, mark<"code">, dense<12>, mark<"flat">,
              strata::reshape<3, 4>, mark<"image">, mark<"picture">, resume<"code">, dense<2>, mark<"side">> {
};

struct problem {
    std::vector<float> x = tests::uniform_rows(20, 7, 1);
    std::tuple<std::vector<float>, std::vector<float>> y = tests::targets_for<two_heads>(20, 5);
    model<two_heads> net{seed{3}};
    workspace<two_heads, batch<8>> work;
    optimizer<two_heads, sgd> opt{net, sgd{.learning_rate = 0.05f}};
};

} // namespace

static_assert(detail::output_at<two_heads>("digit") == 0 && detail::output_at<two_heads>("style") == 1);
static_assert(detail::output_at<two_heads>("trunk") == 2 && detail::output_at<two_heads>("nothing") == 2);
static_assert(detail::output_at<viewed>("flat") == 0 && detail::output_at<viewed>("image") == 0 &&
              detail::output_at<viewed>("picture") == 0 && detail::output_at<viewed>("side") == 1 &&
              detail::output_at<viewed>("code") == 2);
static_assert(detail::losses_fit<two_heads, decltype(at<"style">(mse{}) + at<"digit">(mae{}))>);
static_assert(!detail::losses_fit<two_heads, mse> &&
              !detail::losses_fit<two_heads, decltype(at<"style">(mse{}))>);
static_assert(
    std::is_same_v<detail::loss_at_t<two_heads, 0, decltype(at<"style">(mse{}) + at<"digit">(mae{}))>, mae>);

TEST_CASE("an output may be named by any mark that sees it") {
    const model<viewed> net{seed{3}};
    const std::vector<float> x = tests::uniform_rows(6, 7, 1);
    const auto y = tests::targets_for<viewed>(6, 5);
    const auto pass = [&](const auto& loss) {
        workspace<viewed, batch<6>> work;
        const float value = accumulate(net, work, loss, x, y);
        return std::pair{value,
                         std::vector(work.parameter_gradients().begin(), work.parameter_gradients().end())};
    };
    const auto side = 0.5f * at<"side">(mse{});
    const auto expected = pass(at<"image">(huber{}) + side);
    CHECK(pass(at<"flat">(huber{}) + side) == expected);
    CHECK(pass(side + at<"picture">(huber{})) == expected);
}

TEST_CASE("fit reports each loss and each metric by the name that was given") {
    model<viewed> net{seed{3}};
    workspace<viewed, batch<6>> work;
    optimizer opt{net, sgd{.learning_rate = 0.0f}};
    const std::vector<float> x = tests::uniform_rows(6, 7, 1);
    const auto y = tests::targets_for<viewed>(6, 5);
    const fit_history history =
        fit(net, work, opt, at<"side">(mse{}) + at<"flat">(mae{}), x, y,
            {.metrics = {at<"flat">(accuracy{}), at<"picture">(accuracy{}), at<"image">(accuracy{})}});
    const epoch_report& report = history.epochs.at(0);
    REQUIRE(report.terms.size() == 2);
    CHECK(report.terms[0].name == "flat"); // in the order of the outputs
    CHECK(report.terms[1].name == "side");
    REQUIRE(report.metrics.size() == 3);
    CHECK(report.metrics[0].name == "flat accuracy");
    CHECK(report.metric("picture accuracy").training == report.metric("image accuracy").training);
}

TEST_CASE("the parts of a loss are those of the epoch, weighted, and sum up to it") {
    problem p;
    const auto loss = at<"digit">(mse{}) + 0.25f * at<"style">(mae{}) + 0.5f * at<"trunk">(l1{}) +
                      0.125f * on_weights(l2{});
    const model<two_heads> before = p.net.clone();
    optimizer still{p.net, sgd{.learning_rate = 0.0f}};
    const fit_history history = fit(p.net, p.work, still, loss, p.x, p.y, {.validation = {p.x, p.y}});
    const epoch_report& report = history.epochs.at(0);
    REQUIRE(report.terms.size() == 4);
    const std::vector<float>& digit = std::get<0>(p.y);
    const std::vector<float>& style = std::get<1>(p.y);
    const double expected[]{
        static_cast<double>(evaluate<until<two_heads, "digit">>(before, mse{}, p.x, digit)),
        0.25 * static_cast<double>(evaluate<until<two_heads, "style">>(before, mae{}, p.x, style)), 0, 0};
    const std::vector<std::string> names{"digit", "style", "trunk", "weights"};
    double sum = 0, validation_sum = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(report.terms[k].name == names[k]);
        CHECK(report.terms[k].training > 0);
        CHECK(report.terms[k].validation.value() == doctest::Approx(report.terms[k].training).epsilon(1e-6));
        if (k < 2) CHECK(report.terms[k].training == doctest::Approx(expected[k]).epsilon(1e-6));
        sum += report.terms[k].training;
        validation_sum += report.terms[k].validation.value();
    }
    CHECK(static_cast<double>(report.loss) == doctest::Approx(sum).epsilon(1e-6));
    CHECK(static_cast<double>(report.validation_loss.value()) ==
          doctest::Approx(validation_sum).epsilon(1e-6));
    CHECK(report.loss == doctest::Approx(evaluate(before, loss, p.x, p.y)).epsilon(1e-6));
}

TEST_CASE("parts without terms and without validation data") {
    problem p;
    const fit_history history =
        fit(p.net, p.work, p.opt, at<"style">(mse{}) + 2.0f * at<"digit">(mae{}), p.x, p.y, {.epochs = 3});
    for (const epoch_report& report : history.epochs) {
        REQUIRE(report.terms.size() == 2);
        CHECK(report.terms[0].name == "digit");
        CHECK(report.terms[1].name == "style");
        CHECK_FALSE(report.terms[0].validation.has_value());
        CHECK(report.terms[0].training + report.terms[1].training ==
              doctest::Approx(static_cast<double>(report.loss)).epsilon(1e-6));
    }
    // A network with one output has parts where there are terms beside it.
    using head = until<two_heads, "style">;
    workspace<head, batch<8>> work;
    const fit_history one = fit(p.net, work, p.opt, mse{} + at<"trunk">(l1{}), p.x, std::get<1>(p.y), {});
    REQUIRE(one.epochs.at(0).terms.size() == 2);
    CHECK(one.epochs.at(0).terms[0].name == "output");
}
