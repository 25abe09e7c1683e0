// Weighted losses and sums of terms, without a network: what they are worth and how weights multiply.
#include "strata/losses/terms.hpp"

#include "losses/loss_case.hpp"
#include "strata/initializers/he_uniform.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/reshape.hpp"
#include "strata/losses/mse.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/penalties/gaussian_kl.hpp"
#include "strata/penalties/l1.hpp"
#include "strata/penalties/l2.hpp"
#include "strata/train/accumulate.hpp"
#include "strata/train/fit.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

namespace {

using namespace strata;
using losses::loss_case;
using losses::run;

static_assert(loss<mse> && !loss<l1> && penalty<l1> && penalty<gaussian_kl> && !penalty<mse>);

TEST_CASE("a loss times a number: value and gradient, at every width") {
    for (const std::size_t width : losses::widths) {
        CAPTURE(width);
        const loss_case c = losses::random_case(3, width, losses::draw{-2, 2, 1}, losses::draw{-2, 2, 2});
        const losses::outcome once = run(mse{}, c);
        const losses::outcome weighted = run(0.25f * mse{}, c); // a power of two: exact
        CHECK(weighted.loss == 0.25f * once.loss);
        for (std::size_t i = 0; i < once.gradient.size(); ++i)
            CHECK(weighted.gradient[i] == 0.25f * once.gradient[i]);
        CHECK(run(0.5f * (8.0f * mse{}), c).loss == 4.0f * once.loss);
        CHECK(run(-1.0f * mse{}, c).loss == -once.loss);
    }
}

TEST_CASE("weights of terms multiply") {
    CHECK(at<"code">(l1{}).weight == 1.0f);
    CHECK((0.5f * (3.0f * at<"code">(l1{}))).weight == 1.5f);
    CHECK(on_weights(l2{}).weight == 1.0f);
    CHECK((0.5f * (3.0f * on_weights(l2{}))).weight == 1.5f);
}

TEST_CASE("a sum keeps every term in its place, with its weight") {
    const auto sum = mse{} + 0.5f * at<"code">(l1{}) + on_weights(l2{}) + 0.25f * at<"code">(gaussian_kl{});
    static_assert(
        std::is_same_v<decltype(sum), const loss_with_terms<mse, mark_term<"code", l1>, weight_term<l2>,
                                                            mark_term<"code", gaussian_kl>>>);
    CHECK(std::get<0>(sum.terms).weight == 0.5f);
    CHECK(std::get<1>(sum.terms).weight == 1.0f);
    CHECK(std::get<2>(sum.terms).weight == 0.25f);
}

TEST_CASE("terms may stand before the loss") {
    const auto behind = mse{} + 0.5f * at<"code">(l1{}) + on_weights(l2{}) + at<"late">(l2{});
    const auto same = [&](const auto& sum) {
        static_assert(
            std::is_same_v<std::remove_cvref_t<decltype(sum)>, std::remove_cvref_t<decltype(behind)>>);
        CHECK(std::get<0>(sum.terms).weight == 0.5f);
        CHECK(std::get<1>(sum.terms).weight == 1.0f);
    };
    same(0.5f * at<"code">(l1{}) + mse{} + on_weights(l2{}) + at<"late">(l2{}));
    same(0.5f * at<"code">(l1{}) + on_weights(l2{}) + mse{} + at<"late">(l2{}));
    same(0.5f * at<"code">(l1{}) + on_weights(l2{}) + at<"late">(l2{}) + mse{});
    same(0.5f * at<"code">(l1{}) + (mse{} + on_weights(l2{}) + at<"late">(l2{})));
    same(0.5f * (at<"code">(l1{}) + 2.0f * on_weights(l2{})) + (mse{} + at<"late">(l2{})));
}

TEST_CASE("a number times a sum weights the loss and every term") {
    const auto sum = 2.0f * (0.5f * mse{} + 0.5f * at<"code">(l1{}) + 3.0f * on_weights(l2{}));
    CHECK(std::get<0>(sum.terms).weight == 1.0f);
    CHECK(std::get<1>(sum.terms).weight == 6.0f);
    const loss_case c = losses::random_case(3, 9, losses::draw{-2, 2, 1}, losses::draw{-2, 2, 2});
    CHECK(run(sum, c).loss == run(mse{}, c).loss);
    CHECK(run(sum, c).gradient == run(mse{}, c).gradient);
    CHECK(std::get<2>((sum + at<"late">(l1{})).terms).weight == 1.0f);
}

TEST_CASE("as a loss of outputs, a sum is its first part alone") {
    const loss_case c = losses::random_case(3, 9, losses::draw{-2, 2, 1}, losses::draw{-2, 2, 2});
    const losses::outcome got = run(mse{} + at<"code">(l1{}) + on_weights(l2{}), c);
    CHECK(got.loss == run(mse{}, c).loss);
    CHECK(got.gradient == run(mse{}, c).gradient);
}

/// A user's own loss that asks for the output's shape.
struct by_last_axis {
    template <class Arch>
    float value(const rows_view& y, const rows_view&, std::size_t) const {
        return y.sample.rank == 0 ? -1.0f : static_cast<float>(y.sample.last());
    }
    template <class Arch>
    float gradient(const rows_view& y, const rows_view& target, std::size_t samples,
                   const padded_rows<float>& out) const {
        for (std::size_t r = 0; r < y.rows; ++r)
            for (std::size_t i = 0; i < y.width; ++i) out[r][i] = y[r][i] - target[r][i];
        return value<Arch>(y, target, samples);
    }
};
static_assert(loss<by_last_axis>);

struct pixels : network<input<4>, dense<6>, reshape<3, 2>> {};

TEST_CASE("a loss of a user's own is told the output's shape, by every verb and within weights and sums") {
    model<pixels> net{he_uniform{}, seed{1}};
    workspace<pixels, batch<2>> work;
    strata::optimizer<pixels, sgd> optimizer{net, sgd{}};
    const std::vector<float> x(8, 0.5f);
    const std::vector<float> y(12, 0.25f);
    CHECK(train_step(net, work, optimizer, by_last_axis{}, x, y) == 2.0f);
    CHECK(train_step(net, work, optimizer, 0.5f * by_last_axis{}, x, y) == 1.0f);
    CHECK(train_step(net, work, optimizer, by_last_axis{} + 0.0f * on_weights(l2{}), x, y) == 2.0f);
    CHECK(accumulate(net, work, by_last_axis{}, x, y) == 2.0f);
    CHECK(evaluate(net, by_last_axis{}, x, y) == 2.0f);
    CHECK(fit(net, work, optimizer, by_last_axis{}, x, y, {.epochs = 1}).loss.back() == 2.0f);
    const loss_case c = losses::random_case(3, 9, losses::draw{-2, 2, 1}, losses::draw{-2, 2, 2});
    CHECK(run(by_last_axis{}, c).loss == -1.0f);
}

} // namespace
