// Weights used twice: what a shared block computes, what its owner learns, and where that is not so.
#include "strata/graph/shared.hpp"

#include "strata/core.hpp"

#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

using namespace strata;

namespace {

struct encoder : network<strata::input<6>, dense<5>, strata::tanh, dense<3>, mark<"out">> {};

struct pair : network<strata::input<6>, scope<"left", splice<encoder>>, mark<"a">, strata::input<6>,
                      scope<"right", shared<"left", splice<encoder>>>, mark<"b">, concat<"a">, dense<2>> {};

/// Only the second use teaches.
struct one_sided
    : network<strata::input<6>, scope<"left", splice<encoder>>, stop_gradient, mark<"a">, strata::input<6>,
              scope<"right", shared<"left", splice<encoder>>>, mark<"b">, multiply<"a">> {};

std::vector<double> rows_of_numbers(std::size_t rows, std::size_t width, std::uint64_t s) {
    const std::vector<float> x = tests::uniform_rows(rows, width, s);
    return {x.begin(), x.end()};
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
    REQUIRE(a.size() == b.size());
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
    return worst;
}

/// The encoder's gradients for these gradients of its output.
std::vector<double> encoder_gradients(const model<encoder, double>& net, const std::vector<double>& x,
                                      const std::vector<double>& by_output) {
    workspace<encoder, batch<4>, training, double> work;
    forward(net, work, x);
    backward(net, work, by_output);
    return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
}

model<encoder, double> encoder_of(const auto& net) {
    using network = typename std::remove_cvref_t<decltype(net)>::network;
    model<encoder, double> part{zeros{}};
    copy_weights<encoder, until<network, "left/out">>(part, net);
    return part;
}

} // namespace

TEST_CASE("a shared block has no weights of its own and computes what its owner would") {
    static_assert(count_of_parameters<pair> == count_of_parameters<encoder> + 6 * 2 + 2);
    const model<pair> net{seed{3}};
    const std::vector<float> x = tests::uniform_rows(5, 6, 1), y = tests::uniform_rows(5, 6, 2);
    CHECK(predict<"a">(net, x) == predict<"b">(net, x));
    CHECK(predict<"b">(net, y) == predict<"a">(net, y));
    CHECK(predict<"a">(net, x) != predict<"b">(net, y));
}

TEST_CASE("gradients of shared blocks are those of central differences") {
    struct chain : network<strata::input<6>, scope<"l", dense<6>, strata::tanh>,
                           shared<"l", dense<6>, strata::tanh>, shared<"l", dense<6>>,
                           scope<"o", scope<"in", dense<6>>, shared<"in", dense<6>>>, dense<2>> {};
    struct images
        : network<strata::input<6, 6, 2>, scope<"l", conv2d<2, 3, same>, layer_norm<>, prelu>, strata::tanh,
                  shared<"l", conv2d<2, 3, same>, layer_norm<>, prelu>,
                  residual<shared<"l", conv2d<2, 3, same>, layer_norm<>, prelu>>, flatten, dense<2>> {};
    struct joined : network<strata::input<6>, scope<"l", residual<dense<6>, strata::tanh>>, mark<"a">,
                            strata::input<6>, shared<"l", residual<dense<6>, strata::tanh>>, multiply<"a">> {
    };
    const auto check = [](const gradient_report& report) {
        INFO(report.where << report.all_zero);
        CHECK(report.passed(1e-6));
    };
    check(check_gradients<pair, double>());
    check(check_gradients<chain, double>());
    check(check_gradients<images, double>());
    check(check_gradients<joined, double>());
}

TEST_CASE("the owner's gradient is the sum over its uses") {
    const model<pair, double> net{seed{4}};
    const model<encoder, double> alone = encoder_of(net);
    const auto x = rows_of_numbers(4, 6, 1), y = rows_of_numbers(4, 6, 2);
    // The gradients by both codes, from the rest of the network by itself.
    using rest = from<pair, "a", "b">;
    workspace<rest, batch<4>, training, double> behind;
    const auto codes_a = predict(alone, x), codes_b = predict(alone, y);
    const auto by_codes =
        input_gradient(net, behind, mse{}, std::tie(codes_a, codes_b), rows_of_numbers(4, 2, 3));
    const auto copy = [](const basic_rows_view<double>& rows) {
        std::vector<double> values;
        for (std::size_t r = 0; r < rows.rows; ++r)
            values.insert(values.end(), rows[r].begin(), rows[r].end());
        return values;
    };
    std::vector<double> sum = encoder_gradients(alone, x, copy(by_codes.inputs[0]));
    const std::vector<double> second = encoder_gradients(alone, y, copy(by_codes.inputs[1]));
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += second[i];

    workspace<pair, batch<4>, training, double> work;
    accumulate(net, work, mse{}, std::tie(x, y), rows_of_numbers(4, 2, 3));
    CHECK(largest_difference(work.parameter_gradients().first(sum.size()), sum) < 1e-14);
    accumulate(net, work, mse{}, std::tie(x, y), rows_of_numbers(4, 2, 3)); // added to, as any gradients
    for (double& value : sum) value *= 2;
    CHECK(largest_difference(work.parameter_gradients().first(sum.size()), sum) < 1e-14);
}

TEST_CASE("a use behind stop_gradient teaches nothing, the other one does") {
    const model<one_sided, double> net{seed{5}};
    const model<encoder, double> alone = encoder_of(net);
    const auto x = rows_of_numbers(4, 6, 1), y = rows_of_numbers(4, 6, 2);
    workspace<one_sided, batch<4>, training, double> work;
    forward(net, work, std::tie(x, y));
    backward(net, work, 1.0);
    CHECK(largest_difference(work.parameter_gradients(), encoder_gradients(alone, y, predict(alone, x))) <
          1e-15);
}

TEST_CASE("running statistics are moved by one use after the other, the last one first") {
    struct normalized : network<strata::input<2>, scope<"left", batch_norm<0.75>>, mark<"a">,
                                strata::input<2>, shared<"left", batch_norm<0.75>>, subtract<"a">, dense<1>> {
    };
    model<normalized, double> net;
    workspace<normalized, batch<2>, training, double> work;
    optimizer opt{net, sgd{}};
    // Means 2 and 3, of the second use 5 and 7; variances 8 and 2, of the second use 2 and 0.5.
    const std::vector<double> first{0, 2, 4, 4}, second{4, 6.5, 6, 7.5};
    train_step(net, work, opt, mse{}, std::tie(first, second), 0.5);
    const auto moved = [](double start, double by_second, double by_first) {
        return 0.25 * (0.25 * start + 0.75 * by_second) + 0.75 * by_first;
    };
    std::vector<double> mean(2), variance(2);
    net.read(parameters_of<normalized>[2], mean);
    net.read(parameters_of<normalized>[3], variance);
    CHECK(mean[0] == doctest::Approx(moved(0, 5, 2)).epsilon(1e-12));
    CHECK(mean[1] == doctest::Approx(moved(0, 7, 3)).epsilon(1e-12));
    CHECK(variance[0] == doctest::Approx(moved(1, 2, 8)).epsilon(1e-12));
    CHECK(variance[1] == doctest::Approx(moved(1, 0.5, 2)).epsilon(1e-12));
}

TEST_CASE("a slice to a shared block trains its owner, which that slice does not run") {
    using right = until<one_sided, "b">;
    static_assert(right::inputs.size() == 1);
    const model<one_sided, double> net{seed{6}};
    const model<encoder, double> alone = encoder_of(net);
    const auto y = rows_of_numbers(4, 6, 2);
    workspace<right, batch<4>, training, double> work;
    forward(net, work, y);
    backward(net, work, 0.5);
    CHECK(largest_difference(work.parameter_gradients(),
                             encoder_gradients(alone, y, std::vector<double>(4 * 3, 0.5))) < 1e-15);

    model<one_sided> trained{seed{6}};
    workspace<right, batch<8>> working;
    optimizer<one_sided, sgd> rule{trained, {.learning_rate = 0.1f}};
    const std::vector<float> samples = tests::uniform_rows(8, 6, 9), wanted = tests::uniform_rows(8, 3, 8);
    const float first = train_step(trained, working, rule, mse{}, samples, wanted);
    for (int i = 0; i < 50; ++i) train_step(trained, working, rule, mse{}, samples, wanted);
    CHECK(evaluate<right>(trained, mse{}, samples, wanted) < first / 2);
    CHECK(predict<"a">(trained, samples) == predict<"b">(trained, samples));
}

TEST_CASE("frozen: a frozen owner does not learn, a frozen use teaches nothing") {
    struct frozen_owner : network<strata::input<6>, frozen<scope<"l", dense<6>>>, strata::tanh, dense<6>,
                                  mark<"m">, shared<"l", dense<6>>> {};
    struct frozen_use
        : network<strata::input<6>, scope<"l", dense<6>>, strata::tanh, frozen<shared<"l", dense<6>>>> {};
    CHECK(frozen_owner::gradient_floats == frozen_owner::parameter_floats / 2);
    CHECK(thawed<frozen_owner>::gradient_floats == frozen_owner::parameter_floats);
    const auto check = [](const gradient_report& report) {
        INFO(report.where << report.all_zero);
        CHECK(report.passed(1e-6));
    };
    check(check_gradients<frozen_owner, double>());
    check(check_gradients<thawed<frozen_owner>, double>());
    // A use that teaches nothing: its gradient lacks in the owner's.
    const model<frozen_use, double> net{seed{1}};
    workspace<frozen_use, batch<4>, training, double> work;
    workspace<thawed<frozen_use>, batch<4>, training, double> all;
    const auto x = rows_of_numbers(4, 6, 1);
    for (int pass = 0; pass < 2; ++pass) {
        forward(net, work, x);
        backward(net, work, 1.0);
        forward(net, all, x);
        backward(net, all, 1.0);
    }
    CHECK(largest_difference(work.parameter_gradients(), all.parameter_gradients()) > 0.1);
}

TEST_CASE("a slice behind the owner predicts on the whole network's weights") {
    const model<pair> net{seed{7}};
    const std::vector<float> x = tests::uniform_rows(5, 6, 1), y = tests::uniform_rows(5, 6, 2);
    using behind = from<pair, "a">;
    CHECK(behind::inputs.size() == 2);
    CHECK(!ties_are_within<behind>);
    const auto codes = predict<"a">(net, x);
    CHECK(predict<behind>(net, std::tie(codes, y)) == predict(net, std::tie(x, y)));
}

TEST_CASE("names: describe says whose weights they are, and scopes rename what they hold") {
    struct outer : network<strata::input<6>, scope<"o", scope<"l", dense<6>>, shared<"l", dense<6>>>,
                           shared<"o/l", dense<6>>, shared<"o", dense<6>>> {};
    const std::string text = describe<outer>();
    INFO(text);
    CHECK(count_of_parameters<outer> == 42);
    CHECK(text.find("dense 6 of \"o/l\"") != std::string::npos);
    CHECK(text.find("dense 6 of \"o\"") != std::string::npos);
}
