// The gradient penalty against central differences of its own value, weight by weight.
#include "strata/train/gradient_penalty.hpp"
#include "strata/graph/joins.hpp"
#include "strata/graph/resume.hpp"
#include "strata/layers/batch_norm.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/dropout.hpp"
#include "strata/layers/elu.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/layers/gelu.hpp"
#include "strata/layers/layer_norm.hpp"
#include "strata/layers/leaky_relu.hpp"
#include "strata/layers/max_pool2d.hpp"
#include "strata/layers/prelu.hpp"
#include "strata/layers/relu.hpp"
#include "strata/layers/sigmoid.hpp"
#include "strata/layers/softplus.hpp"
#include "strata/layers/tanh.hpp"

#include "strata/initializers/glorot_uniform.hpp"
#include "strata/losses/mse.hpp"
#include "strata/random/normal.hpp"
#include "strata/train/accumulate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace strata;

struct smooth : network<input<9>, dense<17>, strata::tanh, dense<1>, sigmoid> {};
struct through_images : network<input<3, 3, 1>, conv2d<5, 3, same>, gelu, conv2d<3, 3, stride<2>, same>,
                                elu<>, flatten, layer_norm<>, dense<2>, softplus, dense<1>> {};
struct behind_frozen_norm : network<input<9>, dense<17>, strata::tanh, frozen<batch_norm<>>, dense<1>> {};
struct dropping : network<input<9>, dense<40>, strata::tanh, dropout<0.5>, dense<1>> {};

/// weight / 2 * mean |slope|^2, from the verb for input gradients' own parts.
template <class Net>
double value(const model<Net>& net, workspace<Net, batch<5>>& work, const std::vector<float>& x,
             double weight) {
    work.seed(seed{3});
    forward(net, work, x);
    detail::load_output_gradient(work, 1.0f);
    detail::add_up policy;
    detail::run_backward<arch, false, true>(net.storage().data(), work, no_terms{}, policy);
    double sum = 0;
    const padded_rows<float> slope = work.gradient(0);
    for (std::size_t r = 0; r < slope.rows; ++r)
        for (std::size_t i = 0; i < slope.width; ++i) sum += std::pow(static_cast<double>(slope[r][i]), 2);
    return 0.5 * weight * sum / static_cast<double>(slope.rows);
}

template <class Net>
void check_against_differences() {
    model<Net> net{glorot_uniform{}, seed{1}};
    workspace<Net, batch<5>> work;
    std::vector<float> x(5 * 9);
    fill_normal(x, 0.0f, 1.0f, seed{2});
    gradient_penalty<Net, batch<5>> penalty{3.0f};
    work.seed(seed{3});
    const float got = penalty.accumulate(net, work, x);
    const std::vector<float> gradients(work.parameter_gradients().begin(), work.parameter_gradients().end());
    CHECK(static_cast<double>(got) == doctest::Approx(value(net, work, x, 3.0)).epsilon(1e-5));
    float largest = 0;
    for (const float g : gradients) largest = std::max(largest, std::abs(g));
    CHECK(largest > 1e-2f);
    for (const placed_parameter& p : parameters_of<Net>)
        for (std::size_t i = 0; p.has_gradient && i < p.what.count(); i += 7) {
            float& w = net.storage()[p.offset + p.what.place(i)];
            const float before = w;
            w = before + 1e-2f;
            const double above = value(net, work, x, 3.0);
            w = before - 1e-2f;
            const double below = value(net, work, x, 3.0);
            w = before;
            CAPTURE(p.layer_number);
            CAPTURE(i);
            CHECK(std::abs((above - below) / 2e-2 -
                           static_cast<double>(gradients[p.gradient_offset + p.what.place(i)])) <=
                  0.01 * static_cast<double>(largest));
        }
}

TEST_CASE("the gradient of the gradient penalty is that of its value") {
    check_against_differences<smooth>();
    check_against_differences<through_images>();
    check_against_differences<behind_frozen_norm>();
}

/// Follows the mean of its input, as batch_norm does, but takes no part in the output.
struct watching : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true};
    static constexpr parameter_list parameters(extents) {
        return {1, {parameter{.name = "mean", .logical = shape<1>, .what_for = role::running}}};
    }
    static std::string describe() { return "watching"; }
    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) std::copy_n(p.x[r], In.count(), p.y[r]);
    }
    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) std::copy_n(p.y_gradient[r], In.count(), p.x_gradient[r]);
    }
    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        if (!p.accumulate) std::fill_n(p.parameter_gradient, padded(1), 0.0f);
        p.parameter_gradient[0] += p.parameters[0] - p.x[0][0];
    }
};
struct watched : network<input<9>, watching, dense<17>, strata::tanh, dense<1>> {};

TEST_CASE("a gradient penalty leaves running statistics to the passes of training") {
    const model<watched> net{glorot_uniform{}, seed{1}};
    workspace<watched, batch<5>> work;
    std::vector<float> x(5 * 9);
    fill_normal(x, 0.0f, 1.0f, seed{2});
    gradient_penalty<watched, batch<5>> penalty{1.0f};
    penalty.accumulate(net, work, x);
    CHECK(work.parameter_gradients()[0] == 0.0f);
    work.clear_gradients();
    accumulate(net, work, mse{}, x, 0.5f);
    const float moved = work.parameter_gradients()[0];
    CHECK(moved == -x[0]);
    penalty.accumulate(net, work, x);
    CHECK(work.parameter_gradients()[0] == moved);
}

TEST_CASE(
    "a gradient penalty refuses weights that mean nothing, inputs that are not there, and too many samples") {
    using penalty = gradient_penalty<smooth, batch<5>>;
    constexpr float infinite = std::numeric_limits<float>::infinity();
    for (const float weight : {-1.0f, -1e-30f, infinite, -infinite, std::numeric_limits<float>::quiet_NaN()})
        CHECK_THROWS_AS(penalty{weight}, std::invalid_argument);
    CHECK_THROWS_AS((penalty{1.0f, 1}), std::invalid_argument);
    CHECK_NOTHROW((penalty{0.0f, 0}));
    const model<smooth> net{seed{1}};
    workspace<smooth, batch<5>> work;
    CHECK_THROWS_AS(penalty{1.0f}.accumulate(net, work, std::vector<float>(6 * 9)), std::length_error);
    CHECK(penalty{1.0f}.accumulate(net, work, std::vector<float>{}) == 0.0f);
    CHECK(penalty{0.0f}.accumulate(net, work, std::vector<float>(5 * 9)) == 0.0f);
    for (const float g : work.parameter_gradients()) CHECK(g == 0.0f);
}

struct kinked : network<input<9>, dense<17>, leaky_relu<0.2>, dense<12>, relu, dense<8>, prelu, dense<2>> {};
struct pools : network<input<6, 6, 1>, conv2d<5, 3>, relu, max_pool2d<2>, conv2d<4, 2>, batch_norm<>,
                       leaky_relu<0.1>, flatten, dense<1>> {};
struct two_inputs : network<input<5>, dense<6>, mark<"a">, input<3>, dense<6>, multiply<"a">, strata::tanh,
                            dense<2>, mark<"b">, resume<"a">, dense<1>> {};

/// The value of the penalty alone, of the slopes by input `only` or by all.
template <class Net, class X>
double value_in_double(const model<Net, double>& net, const X& x, std::optional<std::size_t> only) {
    workspace<Net, batch<5>, training, double> work;
    gradient_penalty<Net, batch<5>, double> penalty{2.0f, only};
    return penalty.accumulate(net, work, x);
}

/// Against differences of its value, at every seventh weight.
template <class Net, class X>
void check_in_double(const X& x, seed s, std::optional<std::size_t> only = {}) {
    model<Net, double> net{s};
    workspace<Net, batch<5>, training, double> work;
    gradient_penalty<Net, batch<5>, double> penalty{2.0f, only};
    penalty.accumulate(net, work, x);
    double largest = 0;
    for (const double g : work.parameter_gradients()) largest = std::max(largest, std::abs(g));
    REQUIRE(largest > 1e-3);
    for (const placed_parameter& p : parameters_of<Net>)
        for (std::size_t i = 0; p.what.what_for == role::trained && i < p.what.count(); i += 7) {
            double& w = net.storage()[p.offset + p.what.place(i)];
            const double before = w;
            w = before + 1e-6;
            const double above = value_in_double(net, x, only);
            w = before - 1e-6;
            const double below = value_in_double(net, x, only);
            w = before;
            CAPTURE(p.layer_number);
            CAPTURE(i);
            CHECK(std::abs((above - below) / 2e-6 -
                           work.parameter_gradients()[p.gradient_offset + p.what.place(i)]) <=
                  1e-6 * largest);
        }
}

std::vector<double> samples(std::size_t width, std::uint64_t s) {
    std::vector<float> x(5 * width);
    fill_normal(x, 0.0f, 1.0f, seed{s});
    return {x.begin(), x.end()};
}

TEST_CASE("a gradient penalty through layers whose slope jumps, whatever the weights and samples") {
    for (std::uint64_t s = 1; s <= 20; ++s) {
        CAPTURE(s);
        check_in_double<kinked>(samples(9, s), seed{s});
        check_in_double<pools>(samples(36, s), seed{s});
    }
}

TEST_CASE("a gradient penalty by all inputs of several, or by one, of the sum of all outputs") {
    const std::vector<double> a = samples(5, 1), b = samples(3, 2);
    check_in_double<two_inputs>(std::tie(a, b), seed{1});
    check_in_double<two_inputs>(std::tie(a, b), seed{2}, 0);
    check_in_double<two_inputs>(std::tie(a, b), seed{3}, 1);
    const model<two_inputs, double> net{seed{4}};
    const double both = value_in_double(net, std::tie(a, b), {}),
                 first = value_in_double(net, std::tie(a, b), 0),
                 second = value_in_double(net, std::tie(a, b), 1);
    CHECK(both == doctest::Approx(first + second).epsilon(1e-12));
    CHECK(first > 0);
    CHECK(second > 0);
}

TEST_CASE("large samples and small slopes leave a gradient penalty its digits") {
    std::vector<double> x = samples(9, 1);
    for (double& value : x) value *= 1000;
    check_in_double<kinked>(x, seed{1});
    struct flat : network<input<9>, dense<7>, strata::tanh, dense<1>> {};
    const model<flat, double> steep{seed{1}};
    model<flat, double> shallow = steep.clone();
    const placed_parameter& last = parameters_of<flat>[2];
    std::vector<double> weights(last.what.count());
    shallow.read(last, weights);
    for (double& w : weights) w *= 1e-6;
    shallow.write(last, weights);
    workspace<flat, batch<5>, training, double> of_steep, of_shallow;
    gradient_penalty<flat, batch<5>, double> penalty{1.0f};
    penalty.accumulate(steep, of_steep, samples(9, 2));
    penalty.accumulate(shallow, of_shallow, samples(9, 2));
    const placed_parameter& first = parameters_of<flat>[0];
    for (std::size_t i = 0; i < first.what.floats(); ++i)
        CHECK(
            of_shallow.parameter_gradients()[first.gradient_offset + i] ==
            doctest::Approx(1e-12 * of_steep.parameter_gradients()[first.gradient_offset + i]).epsilon(1e-7));
}

TEST_CASE("all passes of a gradient penalty drop the same values") { check_against_differences<dropping>(); }

TEST_CASE("a gradient penalty adds to the gradients that are there") {
    model<smooth> net{glorot_uniform{}, seed{1}};
    workspace<smooth, batch<5>> work;
    std::vector<float> x(3 * 9, 0.5f); // fewer rows than there is room for
    gradient_penalty<smooth, batch<5>> penalty{1.0f};
    penalty.accumulate(net, work, x);
    const std::vector<float> once(work.parameter_gradients().begin(), work.parameter_gradients().end());
    penalty.accumulate(net, work, x);
    for (std::size_t i = 0; i < once.size(); ++i)
        CHECK(work.parameter_gradients()[i] == doctest::Approx(2 * once[i]).epsilon(1e-3));
}

TEST_CASE("a gradient penalty that was moved from throws, and the new one goes on") {
    const model<smooth> net{glorot_uniform{}, seed{1}};
    workspace<smooth, batch<5>> work;
    const std::vector<float> x(3 * 9, 0.5f);
    gradient_penalty<smooth, batch<5>> penalty{1.0f};
    const float value = penalty.accumulate(net, work, x);
    gradient_penalty<smooth, batch<5>> other = std::move(penalty);
    CHECK_THROWS_AS(penalty.accumulate(net, work, x), std::invalid_argument);
    CHECK(other.accumulate(net, work, x) == value);
    penalty = std::move(other);
    CHECK_THROWS_AS(other.accumulate(net, work, x), std::invalid_argument);
    CHECK(penalty.accumulate(net, work, x) == value);
}

TEST_CASE("a penalty of a part that needs a later input alone is the one of that part by itself") {
    struct apart : network<input<4>, dense<3>, mark<"a">, input<9>, dense<17>, strata::tanh, dense<1>,
                           mark<"score">, concat<"a">> {};
    struct alone : network<input<9>, dense<17>, strata::tanh, dense<1>> {};
    using critic = until<apart, "score">;
    const model<apart> net{glorot_uniform{}, seed{1}};
    model<alone> same{zeros{}};
    for (std::size_t k = 0; k < 4; ++k) {
        std::vector<float> values(parameters_of<alone>[k].what.count());
        net.read(parameters_of<apart>[k + 2], values);
        same.write(parameters_of<alone>[k], values);
    }
    workspace<critic, batch<5>> work;
    workspace<alone, batch<5>> same_work;
    std::vector<float> x(5 * 9);
    fill_normal(x, 0.0f, 1.0f, seed{2});
    gradient_penalty<critic, batch<5>> penalty{3.0f};
    gradient_penalty<alone, batch<5>> same_penalty{3.0f};
    const float value = penalty.accumulate(net, work, x);
    CHECK(value > 0);
    CHECK(value == same_penalty.accumulate(same, same_work, x));
    const auto gradients = work.parameter_gradients(), expected = same_work.parameter_gradients();
    CHECK(std::vector(gradients.begin(), gradients.end()) == std::vector(expected.begin(), expected.end()));
}

} // namespace
