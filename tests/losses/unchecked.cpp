// unchecked: the loss itself, wherever a network ends.
#include "strata/losses/unchecked.hpp"
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/sigmoid.hpp"
#include "strata/losses/bce.hpp"
#include "strata/losses/cross_entropy.hpp"
#include "strata/penalties/l2.hpp"
#include "strata/train/accumulate.hpp"
#include "strata/train/evaluate.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace strata;

struct ends_in_sigmoid : network<input<5>, dense<3>, sigmoid> {};

TEST_CASE("an unchecked loss has the values and gradients of the loss") {
    const model<ends_in_sigmoid> net{glorot_uniform{}, seed{1}};
    workspace<ends_in_sigmoid, batch<4>> work;
    std::vector<float> x(4 * 5), target(4 * 3);
    fill_uniform(x, -1.0f, 1.0f, seed{2});
    fill_uniform(target, 0.0f, 1.0f, seed{3});
    const float checked = accumulate(net, work, bce{}, x, target);
    const std::vector<float> gradients(work.parameter_gradients().begin(), work.parameter_gradients().end());
    work.clear_gradients();
    CHECK(accumulate(net, work, unchecked(bce{}), x, target) == checked);
    for (std::size_t i = 0; i < gradients.size(); ++i) CHECK(work.parameter_gradients()[i] == gradients[i]);
    CHECK(evaluate(net, unchecked(bce{}), x, target) == evaluate(net, bce{}, x, target));
}

TEST_CASE("an unchecked loss compiles where the loss does not, alone, weighted and with terms") {
    const model<ends_in_sigmoid> net{glorot_uniform{}, seed{1}};
    workspace<ends_in_sigmoid, batch<4>> work;
    const std::vector<float> x(5, 0.5f), target{0.0f, 1.0f, 0.0f};
    const float loss = accumulate(net, work, unchecked(cross_entropy{}), x, target);
    CHECK(loss > 0.0f);
    CHECK(accumulate(net, work, 2.0f * unchecked(cross_entropy{}), x, target) ==
          doctest::Approx(2.0f * loss));
    CHECK(accumulate(net, work, unchecked(cross_entropy{}) + 0.1f * on_weights(l2{}), x, target) > loss);
    CHECK(accumulate(net, work, unchecked(2.0f * cross_entropy{}), x, target) ==
          doctest::Approx(2.0f * loss));
    const auto with_term = cross_entropy{} + 0.1f * on_weights(l2{});
    CHECK(accumulate(net, work, unchecked(with_term), x, target) ==
          accumulate(net, work, unchecked(cross_entropy{}) + 0.1f * on_weights(l2{}), x, target));
}

} // namespace
