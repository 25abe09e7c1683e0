// Branches by name, and values through which no gradient goes back.
#include "strata/graph/resume.hpp"

#include "strata/core.hpp"

#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace strata;

namespace {

struct branched : network<strata::input<8>, dense<5>, strata::tanh, mark<"trunk">, dense<4>, strata::tanh,
                          mark<"a">, resume<"trunk">, dense<4>, sigmoid, strata::multiply<"a">, dense<2>> {};

struct held : network<strata::input<8>, dense<5>, strata::tanh, mark<"code">, dense<5>, mark<"x">,
                      resume<"code">, stop_gradient, strata::multiply<"x">, dense<2>> {};
struct stopped : network<strata::input<8>, dense<5>, strata::tanh, stop_gradient, dense<2>> {};
struct stopped_behind_frozen
    : network<strata::input<8>, dense<8>, stop_gradient, frozen<dense<5>>, strata::tanh, dense<2>> {};

} // namespace

TEST_CASE("two branches from one value, which meet again") {
    const gradient_report report = check_gradients<branched, double>();
    INFO(report.where << report.all_zero);
    CHECK(report.passed(1e-7));
}

TEST_CASE("a branch computes what its layers compute by themselves") {
    const model<branched> net{seed{3}};
    const std::vector<float> x = tests::uniform_rows(5, 8, 1);
    const std::vector<float> trunk = predict<until<branched, "trunk">>(net, x);
    const std::vector<float> a = predict<between<branched, "trunk", "a">>(net, trunk);
    const std::vector<float> all = predict<until<branched, "a">>(net, x);
    CHECK(all == a);
}

TEST_CASE("what a slice's output does not depend on has no memory, is not run and does not learn") {
    struct two : network<strata::input<8>, dense<5>, strata::tanh, mark<"trunk">, dense<4>, mark<"a">,
                         resume<"trunk">, dense<4>, strata::tanh, mark<"b">, strata::multiply<"a">> {};
    using part = until<two, "b">;
    constexpr auto plan = memory_plan_of<part, 3, training>;
    CHECK(plan.activation(4).floats == 0); // of the branch to "a"
    CHECK(plan.gradient(4).floats == 0);
    CHECK(part::gradient_floats == part::parameter_floats - (5 + 1) * 16);

    model<two> net{seed{3}};
    const std::vector<float> x = tests::uniform_rows(3, 8, 1);
    const std::vector<float> y = tests::uniform_rows(3, 4, 2);
    const std::vector<float> before = predict<part>(net, x);
    net.write(parameters_of<two>[2], std::vector<float>(5 * 4, std::numeric_limits<float>::quiet_NaN()));
    CHECK(predict<part>(net, x) == before);
    workspace<part, batch<3>> work;
    CHECK(accumulate(net, work, mse{}, x, y) > 0.0f);
    const gradient_report report = check_gradients<part, double>();
    INFO(report.where << report.all_zero);
    CHECK(report.passed(1e-7));
}

TEST_CASE(
    "behind stop_gradient a value is as given: its layers learn through other ways alone, or not at all") {
    CHECK(stopped::gradient_floats == 6 * 16);
    CHECK_FALSE(parameters_of<stopped>[0].has_gradient);
    CHECK(parameters_of<stopped>[2].has_gradient);
    CHECK(held::gradient_floats == held::parameter_floats);
    CHECK(stopped_behind_frozen::gradient_floats == 6 * 16);

    // No gradient by the input is there to be had, unless another way leads to it.
    static_assert(!stopped::table.has_input_gradient && held::table.has_input_gradient);

    model<stopped> net{seed{1}};
    const model<stopped> before = net.clone();
    workspace<stopped, batch<4>> work;
    optimizer opt{net, sgd{.learning_rate = 0.1f}};
    const std::vector<float> x = tests::uniform_rows(4, 8, 1);
    const std::vector<float> y = tests::uniform_rows(4, 2, 2);
    train_step(net, work, opt, mse{}, x, y);
    const std::size_t first = stopped::table.parameter_offset[1];
    CHECK(std::equal(net.storage().begin(), net.storage().begin() + first, before.storage().begin()));
    CHECK_FALSE(
        std::equal(net.storage().begin() + first, net.storage().end(), before.storage().begin() + first));
}

TEST_CASE("what stop_gradient holds back is missing from the gradient, and nothing else") {
    // y = code_held * x(code): the gradient by x's way alone. The same network with the held value as a number of its own.
    struct with_input : network<strata::input<8>, dense<5>, strata::tanh, mark<"code">, dense<5>, mark<"x">,
                                resume<"code">, strata::multiply<"x">, dense<2>> {};
    model<held, double> net{seed{5}};
    model<with_input, double> whole{seed{5}};
    const auto floats = tests::uniform_rows(3, 8, 1);
    const std::vector<double> x(floats.begin(), floats.end());
    workspace<held, batch<3>, training, double> work;
    workspace<with_input, batch<3>, training, double> whole_work;
    const std::vector<double> target(6, 0.25);
    CHECK(accumulate(net, work, mse{}, x, target) == accumulate(whole, whole_work, mse{}, x, target));
    // Behind the stop both agree; before it they do not.
    const auto gradients = [](auto& of, const placed_parameter& p) {
        return of.parameter_gradients()[p.gradient_offset];
    };
    constexpr auto& held_parameters = parameters_of<held>;
    constexpr auto& whole_parameters = parameters_of<with_input>;
    CHECK(gradients(work, held_parameters[2]) == gradients(whole_work, whole_parameters[2]));
    CHECK(gradients(work, held_parameters[4]) == gradients(whole_work, whole_parameters[4]));
    CHECK(gradients(work, held_parameters[0]) != gradients(whole_work, whole_parameters[0]));
}
