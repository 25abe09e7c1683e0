// The gradient penalty against central differences of its own value, weight by weight.
#include "strata/train/gradient_penalty.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/dropout.hpp"
#include "strata/layers/sigmoid.hpp"
#include "strata/layers/tanh.hpp"

#include "strata/initializers/glorot_uniform.hpp"
#include "strata/random/normal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace strata;

struct smooth : network<input<9>, dense<17>, strata::tanh, dense<1>, sigmoid> {};
struct dropping : network<input<9>, dense<40>, strata::tanh, dropout<0.5>, dense<1>> {};

/// weight / 2 * mean |slope|^2, from the verb for input gradients' own parts.
template <class Net>
double value(const model<Net>& net, workspace<Net, batch<5>>& work, const std::vector<float>& x,
             double weight) {
    work.seed(seed{3});
    forward(net, work, x);
    detail::load_target(work, 1.0f);
    detail::run_backward<arch, false, true>(net.storage().data(), work, no_terms{});
    double sum = 0;
    const padded_rows<float> slope = work.template gradient<0>();
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
        for (std::size_t i = 0; i < p.what.count(); i += 7) {
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

} // namespace
