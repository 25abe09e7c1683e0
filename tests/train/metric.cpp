// Metrics of several outputs: named by the mark at each, measured on training and validation data.
#include "strata/train/metric.hpp"

#include "strata/core.hpp"
#include "support/several_networks.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <stdexcept>
#include <tuple>
#include <vector>

using namespace strata;
using tests::two_heads;

namespace {

struct problem {
    std::vector<float> x = tests::uniform_rows(50, 7, 1);
    std::vector<int> digit = std::vector<int>(50);
    std::vector<float> style = tests::uniform_rows(50, 3, 2);
    model<two_heads> net{seed{3}};
    workspace<two_heads, batch<8>> work;
    optimizer<two_heads, sgd> still{net, sgd{.learning_rate = 0.0f}};
    problem() {
        for (std::size_t r = 0; r < 50; ++r) digit[r] = static_cast<int>(r * r % 5);
    }
    static auto loss() { return at<"digit">(cross_entropy{}) + at<"style">(mse{}); }
    fit_history run(const fit_options& options) {
        return fit(net, work, still, loss(), x, std::tie(digit, style), options);
    }
};

double largest(const rows_view& y, const rows_view&) {
    double most = 0;
    for (std::size_t r = 0; r < y.rows; ++r)
        for (const float one : y[r]) most = std::max(most, static_cast<double>(one));
    return most;
}

} // namespace

TEST_CASE("each metric is measured at its output, on training and validation data") {
    problem p;
    const auto targets = std::tie(p.digit, p.style);
    const auto mean_distance = [](const rows_view& y, const rows_view& target) {
        CHECK(y.width == 3);
        CHECK(target.width == 3);
        double sum = 0;
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < 3; ++i) sum += std::abs(static_cast<double>(y[r][i] - target[r][i]));
        return sum / static_cast<double>(3 * y.rows);
    };
    const std::vector<float> some_x = tests::uniform_rows(9, 7, 6), some_style = tests::uniform_rows(9, 3, 7);
    const std::vector<int> some_digit{0, 1, 2, 3, 4, 0, 1, 2, 3};
    const fit_history history =
        p.run({.validation = {some_x, std::tie(some_digit, some_style)},
               .metrics = {at<"style">(metric{"distance", mean_distance}), at<"digit">(accuracy{})}});
    const epoch_report& report = history.epochs.at(0);
    REQUIRE(report.metrics.size() == 2);
    CHECK(report.metrics[0].name == "style distance"); // in the options' order
    CHECK(report.metrics[1].name == "digit accuracy");
    CHECK(report.metric("digit accuracy").training ==
          doctest::Approx(accuracy{}(predict<"digit">(p.net, p.x), p.digit)).epsilon(1e-6));
    CHECK(*report.metric("digit accuracy").validation ==
          doctest::Approx(accuracy{}(predict<"digit">(p.net, some_x), some_digit)).epsilon(1e-6));
    CHECK(
        report.metric("style distance").training ==
        doctest::Approx(static_cast<double>(evaluate<until<two_heads, "style">>(p.net, mae{}, p.x, p.style)))
            .epsilon(1e-5));
    CHECK(*report.metric("style distance").validation ==
          doctest::Approx(
              static_cast<double>(evaluate<until<two_heads, "style">>(p.net, mae{}, some_x, some_style)))
              .epsilon(1e-5));
    (void)targets;
}

TEST_CASE("one metric at two outputs, and two at one") {
    problem p;
    const epoch_report report =
        p.run({.metrics = {at<"digit">(metric{"largest", largest}), at<"style">(metric{"largest", largest}),
                           at<"style">(accuracy{})}})
            .epochs.at(0);
    CHECK(report.metric("digit largest").training != report.metric("style largest").training);
    CHECK_FALSE(report.metric("style accuracy").validation.has_value());
}

TEST_CASE("a metric without a mark, and one at no output, are refused before anything changes") {
    problem p;
    const std::vector<float> before = tests::weights_of(p.net);
    p.still.learning_rate(0.1f);
    CHECK_THROWS_WITH_AS(p.run({.metrics = {accuracy{}}}),
                         doctest::Contains("the metric accuracy does not say for which of 2 outputs it is"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(p.run({.metrics = {at<"trunk">(accuracy{})}}),
                         doctest::Contains("the metric trunk accuracy is for the output at mark \"trunk\""),
                         std::invalid_argument);
    CHECK_THROWS_AS(p.run({.metrics = {at<"digit">(accuracy{}), at<"nothing">(accuracy{})}}),
                    std::invalid_argument);
    CHECK(tests::weights_of(p.net) == before);
    CHECK(p.still.steps() == 0);
}

TEST_CASE("a name for the only output, and none") {
    problem p;
    using head = until<two_heads, "trunk">;
    struct named : network<splice<head>, mark<"y">> {};
    model<named> net{seed{1}};
    workspace<named, batch<8>> work;
    optimizer opt{net, sgd{.learning_rate = 0.0f}};
    const std::vector<float> y = tests::uniform_rows(50, 9, 4);
    const epoch_report report =
        fit(net, work, opt, mse{}, p.x, y, {.metrics = {at<"y">(accuracy{}), accuracy{}}}).epochs.at(0);
    CHECK(report.metric("y accuracy").training == report.metric("accuracy").training);
}
