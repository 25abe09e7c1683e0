// Where the backward pass of several outputs begins: gradients that are handed in, of every kind.
#include "strata/train/output_gradient.hpp"

#include "strata/strata.hpp"
#include "support/several_networks.hpp"

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

using namespace strata;
using tests::three_in_two_out, tests::two_heads;

namespace {

struct problem {
    std::tuple<std::vector<float>, std::vector<float>, std::vector<float>> x =
        tests::samples_for<three_in_two_out>(6, 1);
    std::tuple<std::vector<float>, std::vector<float>> dy = tests::targets_for<three_in_two_out>(6, 7);
    model<three_in_two_out> net{seed{3}};
    workspace<three_in_two_out, batch<6>> work;

    template <class Gradient>
    std::vector<float> pass(const Gradient& gradient) {
        work.clear_gradients();
        forward(net, work, x);
        backward(net, work, gradient);
        return {work.parameter_gradients().begin(), work.parameter_gradients().end()};
    }
};

} // namespace

TEST_CASE("gradients of several outputs, of every kind") {
    problem p;
    const auto& [digit, style] = p.dy;
    const std::vector<float> expected = p.pass(p.dy);
    CHECK(p.pass(std::tie(digit, style)) == expected);
    CHECK(p.pass(std::pair{digit, style}) == expected);
    CHECK(p.pass(std::tuple{std::span{digit}, as_rows(style, shape<4>)}) == expected);
    CHECK(p.pass(std::tuple{float_rows{digit, shape<5>}, style}) == expected);
    CHECK(p.pass(several_rows{as_rows(digit, shape<5>), as_rows(style, shape<4>)}) == expected);
    xt::xtensor<float, 2> digit_tensor({6, 5});
    std::copy(digit.begin(), digit.end(), digit_tensor.begin());
    CHECK(p.pass(std::tuple{digit_tensor, style}) == expected);
    CHECK(p.pass(std::tuple{2 * digit_tensor / 2, style}) == expected);
    // One number for all, or for one of them.
    const std::vector<float> ones(30, 0.25f), more_ones(24, 0.25f);
    CHECK(p.pass(0.25f) == p.pass(std::tie(ones, more_ones)));
    CHECK(p.pass(std::tuple{0.25f, style}) == p.pass(std::tie(ones, style)));
}

TEST_CASE("gradients of the outputs add up: what one head hands back, and what the other") {
    model<three_in_two_out, double> net{seed{3}};
    const auto x = tests::in_double(tests::samples_for<three_in_two_out>(6, 1));
    const auto dy = tests::in_double(tests::targets_for<three_in_two_out>(6, 7));
    const auto pass = [&](const auto& gradient) {
        workspace<three_in_two_out, batch<6>, training, double> work;
        forward(net, work, x);
        backward(net, work, gradient);
        return std::vector<double>(work.parameter_gradients().begin(), work.parameter_gradients().end());
    };
    const std::vector<double> whole = pass(dy), digit = pass(std::tuple{std::get<0>(dy), 0.0}),
                              style = pass(std::tuple{0.0, std::get<1>(dy)});
    for (std::size_t i = 0; i < whole.size(); ++i) CHECK(std::abs(whole[i] - digit[i] - style[i]) < 1e-13);
    CHECK(digit != style);
}

TEST_CASE("gradients may be rows of the workspace's own, as where the loss is half of the outputs' squares") {
    struct heads : network<strata::input<5>, dense<6>, strata::tanh, mark<"trunk">, dense<4>, mark<"a">,
                           resume<"trunk">, dense<4>, mark<"b">> {};
    const model<heads> net{seed{3}};
    const std::vector<float> x = tests::uniform_rows(6, 5, 1);
    const auto [a, b] = predict(net, x);
    const auto pass = [&](const auto& gradient_of) {
        workspace<heads, batch<6>> work;
        const std::array<rows_view, 2> y = forward(net, work, x);
        backward(net, work, gradient_of(y));
        return std::vector<float>(work.parameter_gradients().begin(), work.parameter_gradients().end());
    };
    CHECK(pass([](const auto& y) { return std::tie(y[0], y[1]); }) ==
          pass([&](const auto&) { return std::tie(a, b); }));
    CHECK(pass([](const auto& y) { return std::tie(y[1], y[0]); }) ==
          pass([&](const auto&) { return std::tie(b, a); }));
    CHECK(pass([](const auto& y) { return std::tie(y[0], y[0]); }) ==
          pass([&](const auto&) { return std::tie(a, a); }));
}

TEST_CASE("the same for a chain of slices: what goes into the second part is the gradient of what the first "
          "gives") {
    struct unet : network<strata::input<4, 4, 2>, conv2d<3, 3, same>, strata::tanh, mark<"fine">,
                          max_pool2d<2>, conv2d<4, 3, same>, strata::tanh, mark<"code">, upsample2d<2>,
                          concat<"fine">, conv2d<2, 3, same>> {};
    using late = from<unet, "code", "fine">;
    using middle = between<unet, "fine", "code">;
    using early = until<unet, "fine">;
    const model<unet, double> net{seed{3}};
    const auto x = std::get<0>(tests::in_double(tests::samples_for<unet>(3, 1)));
    const auto y = std::get<0>(tests::in_double(tests::targets_for<unet>(3, 7)));
    workspace<unet, batch<3>, training, double> whole;
    const double loss = accumulate(net, whole, mse{}, x, y);

    workspace<late, batch<3>, training, double> late_work;
    workspace<middle, batch<3>, training, double> middle_work;
    workspace<early, batch<3>, training, double> early_work;
    const auto fine = forward(net, early_work, x);
    const auto code = forward(net, middle_work, fine);
    const auto gradient = input_gradient(net, late_work, mse{}, std::tie(fine, code), y);
    CHECK(gradient.loss == loss);
    accumulate(net, late_work, mse{}, std::tie(fine, code), y);
    const auto again = input_gradient(net, late_work, mse{}, std::tie(fine, code), y);
    forward(net, middle_work, fine);
    detail::load_output_gradient(middle_work, again.inputs[1]);
    detail::add_up policy;
    detail::run_backward<machine_of<arch, double>, true, true>(detail::weights_of<middle>(net), middle_work,
                                                               no_terms{}, policy);
    const auto by_fine = middle_work.input_gradient();
    std::vector<double> sum;
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t i = 0; i < by_fine.width; ++i) sum.push_back(by_fine[r][i] + again.inputs[0][r][i]);
    backward(net, early_work, sum);
    std::vector<double> parts(early_work.parameter_gradients().begin(),
                              early_work.parameter_gradients().end());
    parts.insert(parts.end(), middle_work.parameter_gradients().begin(),
                 middle_work.parameter_gradients().end());
    parts.insert(parts.end(), late_work.parameter_gradients().begin(), late_work.parameter_gradients().end());
    REQUIRE(parts.size() == whole.parameter_gradients().size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        CHECK(std::abs(parts[i] - whole.parameter_gradients()[i]) < 1e-13);
}

TEST_CASE("backward_step is backward and a step; what is not finite is refused, whichever output's it is") {
    problem p, q;
    optimizer a{p.net, adam{}}, b{q.net, adam{}};
    for (int step = 0; step < 3; ++step) {
        forward(p.net, p.work, p.x);
        backward_step(p.net, p.work, a, p.dy);
        forward(q.net, q.work, q.x);
        backward(q.net, q.work, q.dy);
        b.step(q.net, q.work);
    }
    CHECK(tests::weights_of(p.net) == tests::weights_of(q.net));
    std::get<1>(p.dy)[7] = std::numeric_limits<float>::infinity();
    forward(p.net, p.work, p.x);
    CHECK_THROWS_AS(backward_step(p.net, p.work, a, p.dy), std::runtime_error);
    CHECK(tests::weights_of(p.net) == tests::weights_of(q.net));
}

TEST_CASE("gradients of other numbers or shapes are refused") {
    problem p;
    const std::vector<float> few(5 * 4), digit(30), wrong(31);
    forward(p.net, p.work, p.x);
    CHECK_THROWS_WITH_AS(backward(p.net, p.work, std::tie(digit, few)),
                         doctest::Contains("5 targets of output 2"), std::invalid_argument);
    CHECK_THROWS_AS(backward(p.net, p.work, std::tie(wrong, few)), std::invalid_argument);
    workspace<three_in_two_out, batch<6>> none;
    CHECK_THROWS_AS(backward(p.net, none, p.dy), std::logic_error);
}
