// evaluate: the loss on any number of samples, its terms included, as predict sees them.
#include "strata/train/evaluate.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <tuple>
#include <vector>

namespace {

using namespace strata;

constexpr std::size_t rows = 71; // two batches and a part of one

// clang-format off
/// A mark behind a relu that the layer before it applies, one behind a change of shape, and one whose memory a later
/// layer takes.
struct marked : network<strata::input<12>, dense<20>, relu, mark<"code">, reshape<2, 2, 5>, mark<"image">, conv2d<4, 1>,
                        strata::tanh, flatten, dense<17>, batch_norm<>, mark<"late">, dropout<0.5>, dense<3>> {};
struct partly_frozen : network<strata::input<12>, dense<20>, relu, mark<"code">, frozen<dense<17>>, relu, dense<3>> {};
// clang-format on

template <class Net>
struct data {
    std::vector<float> x = tests::uniform_rows(rows, Net::input.count(), 2);
    std::vector<float> y = tests::uniform_rows(rows, Net::output.count(), 3);
};

/// The mean of a penalty at a mark of what predict gives there.
template <fixed_string Mark, class Penalty>
double mean_at(const model<marked>& net, const std::vector<float>& x, const Penalty& what) {
    using part = until<marked, Mark>;
    const std::vector<float> values = predict<part>(net, x);
    return double(mean_penalty(what, as_rows(values, part::output)));
}

/// The sum of a penalty on weights of layers that learn.
template <class Net, class Penalty>
double on_all(const model<Net>& net, const Penalty& what) {
    double sum = 0;
    for (const placed_parameter& p : parameters_of<Net>) {
        if (p.what.fan_in == 0 || !p.has_gradient) continue;
        std::vector<float> values(p.what.count());
        net.read(p, values);
        sum += double(what.template penalize<arch>(values.size(), values.data(), nullptr, 0));
    }
    return sum;
}

TEST_CASE("evaluate adds each term at a mark as the mean over all samples, and each on weights once") {
    const model<marked> net{he_uniform{}, seed{1}};
    const data<marked> d;
    const double outputs = double(evaluate(net, mse{}, d.x, d.y));
    const auto is = [&](const auto& loss, double expected) {
        CHECK(double(evaluate(net, loss, d.x, d.y)) == doctest::Approx(expected).epsilon(1e-5));
    };
    const double code = mean_at<"code">(net, d.x, l1{});
    const double image = mean_at<"image">(net, d.x, l2{});
    const double late = mean_at<"late">(net, d.x, l1{});
    CHECK(code > 0.1);
    CHECK(image > 0.1);
    CHECK(late > 0.1);
    is(mse{} + 0.5f * at<"code">(l1{}), outputs + 0.5 * code);
    is(mse{} + 0.5f * at<"image">(l2{}), outputs + 0.5 * image);
    is(mse{} + 0.5f * at<"late">(l1{}), outputs + 0.5 * late);
    is(2.0f * (mse{} + 0.1f * on_weights(l2{})), 2 * outputs + 0.2 * on_all(net, l2{}));
    is(3.0f * mse{} + at<"code">(l1{}) + at<"code">(l2{}) + at<"late">(l1{}) + 0.1f * on_weights(l1{}),
       3 * outputs + code + mean_at<"code">(net, d.x, l2{}) + late + 0.1 * on_all(net, l1{}));
}

TEST_CASE("evaluate is the loss that a step of training returns, where nothing is noisy") {
    const model<partly_frozen> net{he_uniform{}, seed{1}};
    workspace<partly_frozen, batch<rows>> work;
    const data<partly_frozen> d;
    const auto loss = mse{} + 0.5f * at<"code">(l1{}) + 0.1f * on_weights(l2{}); // not the frozen layer's
    CHECK(evaluate(net, loss, d.x, d.y) ==
          doctest::Approx(accumulate(net, work, loss, d.x, d.y)).epsilon(1e-5));
    CHECK(evaluate(net, 0.5f * loss, d.x, d.y) ==
          doctest::Approx(0.5f * evaluate(net, loss, d.x, d.y)).epsilon(1e-5));
    const auto whole = mse{} + 0.1f * on_weights(l2{});
    using all = thawed<partly_frozen>;
    CHECK(evaluate<all>(net, whole, d.x, d.y) > evaluate(net, whole, d.x, d.y) + 0.1f);
}

/// A loss of a user's own that has terms, as terms_of is told.
struct sparse_mse : mse {
    float weight = 0.5f;
};

} // namespace

template <>
struct strata::terms_of<sparse_mse> {
    using type = std::tuple<mark_term<"code", l1>>;
    static type get(const sparse_mse& loss) { return {loss.weight * at<"code">(l1{})}; }
};

namespace {

TEST_CASE("a loss of a user's own may have terms; a member called terms is none") {
    model<marked> net{he_uniform{}, seed{1}};
    workspace<marked, batch<8>> work;
    const data<marked> d;
    CHECK(evaluate(net, sparse_mse{}, d.x, d.y) == evaluate(net, mse{} + 0.5f * at<"code">(l1{}), d.x, d.y));
    CHECK(evaluate(net, 3.0f * sparse_mse{}, d.x, d.y) ==
          evaluate(net, 3.0f * (mse{} + 0.5f * at<"code">(l1{})), d.x, d.y));
    const std::vector<float> x(12, 0.5f), y(3);
    CHECK(accumulate(net, work, sparse_mse{}, x, y) > accumulate(net, work, mse{}, x, y) + 0.01f);
    struct bystander : mse {
        int terms = 3;
    };
    CHECK(evaluate(net, bystander{}, d.x, d.y) == evaluate(net, mse{}, d.x, d.y));
}

} // namespace
