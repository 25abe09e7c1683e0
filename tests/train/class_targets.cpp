// Class indices as targets: the same bits as one-hot rows, whichever verb takes them.
#include "strata/train/class_targets.hpp"

#include "strata/strata.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace strata;

constexpr std::size_t rows = 45;
constexpr std::size_t classes = 11;

struct classifier : network<strata::input<7>, dense<17>, relu, mark<"code">, dense<classes>, mark<"logits">> {
};
/// So large that train_step updates layer by layer.
struct large : network<strata::input<7>, dense<4000>, relu, mark<"code">, dense<classes>, mark<"logits">> {};
struct pixels
    : network<strata::input<2, 3, 1>, conv2d<5, 1>, relu, mark<"code">, conv2d<classes, 1>, mark<"logits">> {
};

template <class Net>
constexpr std::size_t width = Net::output.count() / classes;

template <class Index>
std::vector<Index> labels(std::size_t count) {
    std::vector<Index> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<Index>((i * i + 3 * i) % classes);
    return values;
}

template <class Indices>
std::vector<float> one_hot_rows(const Indices& indices) {
    std::vector<float> values;
    for (const auto index : indices)
        for (std::size_t c = 0; c < classes; ++c)
            values.push_back(c == static_cast<std::size_t>(index) ? 1.0f : 0.0f);
    return values;
}

/// Every verb, with these targets.
template <class Net, class Loss, class Targets>
std::pair<std::vector<float>, std::vector<float>> all_verbs(const Loss& loss, const Targets& y) {
    model<Net> net{he_uniform{}, seed{1}};
    optimizer opt{net, adam{.learning_rate = 0.01f}};
    const auto work = std::make_unique<workspace<Net, batch<rows>>>();
    const std::vector<float> x = tests::uniform_rows(rows, Net::input.count(), 2);
    std::vector<float> seen;
    seen.push_back(evaluate(net, loss, x, y));
    seen.push_back(train_step(net, *work, opt, loss, x, y));
    seen.push_back(accumulate(net, *work, loss, x, y));
    const gradient_rows slopes = input_gradient(net, *work, loss, x, y);
    seen.push_back(slopes.loss);
    for (std::size_t r = 0; r < rows; ++r) seen.insert(seen.end(), slopes[r].begin(), slopes[r].end());
    opt.step(net, *work);
    for (const float value : fit(net, *work, opt, loss, x, y, {.epochs = 2, .batch_size = 16}).loss)
        seen.push_back(value);
    return {seen, tests::weights_of(net)};
}

template <class Net, class Loss>
void check_bits(const Loss& loss) {
    const std::size_t count = rows * width<Net>;
    const auto expected = all_verbs<Net>(loss, one_hot_rows(labels<int>(count)));
    CHECK(all_verbs<Net>(loss, labels<int>(count)) == expected);
    CHECK(all_verbs<Net>(loss, labels<std::size_t>(count)) == expected);
    CHECK(all_verbs<Net>(loss, labels<std::uint8_t>(count)) == expected);
    const std::vector<short> shorts = labels<short>(count);
    CHECK(all_verbs<Net>(loss, std::span{shorts}) == expected);
    CHECK(all_verbs<Net>(loss, std::deque<long>(shorts.begin(), shorts.end())) == expected);
    xt::xtensor<int, 1> tensor = xt::xtensor<int, 1>::from_shape({count});
    std::copy(shorts.begin(), shorts.end(), tensor.begin());
    CHECK(all_verbs<Net>(loss, tensor) == expected);
}

TEST_CASE_TEMPLATE("class indices of any integer type have the bits of one-hot rows", Net, classifier, large,
                   pixels) {
    check_bits<Net>(cross_entropy{});
    check_bits<Net>(2.0f * cross_entropy{} + 0.1f * at<"code">(l1{}) + 0.01f * on_weights(l2{}));
    check_bits<Net>(unchecked(cross_entropy{}));
    check_bits<Net>(at<"logits">(cross_entropy{}));
    check_bits<Net>(0.5f * at<"logits">(unchecked(cross_entropy{})) + 0.1f * at<"code">(l1{}));
}

template <class Net>
void check_minibatches() {
    const std::vector<float> x = tests::uniform_rows(rows, Net::input.count(), 2);
    const std::vector<int> indices = labels<int>(rows * width<Net>);
    const std::vector<float> one_hot = one_hot_rows(indices);
    model<Net> net{he_uniform{}, seed{1}};
    model<Net> twin = net.clone();
    optimizer opt{net, sgd{}}, other{twin, sgd{}};
    workspace<Net, batch<16>> work;
    const rows_view samples = as_rows(x, Net::input);
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
        std::vector<float> losses;
        for (const auto& [now, wanted] : minibatches<16>(samples, indices, seed{epoch}))
            losses.push_back(train_step(net, work, opt, cross_entropy{}, now, wanted));
        std::size_t number = 0;
        for (const auto& [now, wanted] : minibatches<16>(samples, as_rows(one_hot, Net::output), seed{epoch}))
            CHECK(train_step(twin, work, other, cross_entropy{}, now, wanted) == losses.at(number++));
        CHECK(number == losses.size());
    }
    CHECK(tests::weights_of(net) == tests::weights_of(twin));
    for (const auto& [now, wanted] : minibatches<16>(samples, indices))
        CHECK(evaluate(net, cross_entropy{}, now, wanted) < 10.0f);
}

TEST_CASE("minibatches carry class indices, one a sample or one a pixel") {
    check_minibatches<classifier>();
    check_minibatches<pixels>();
}

TEST_CASE_TEMPLATE("an index that is no class is refused by its row, and nothing changes", Index, int,
                   std::uint8_t, std::int64_t, std::uint64_t) {
    const std::vector<float> x = tests::uniform_rows(rows, 7, 2);
    model<classifier> net{he_uniform{}, seed{1}};
    optimizer opt{net, adam{}};
    workspace<classifier, batch<rows>> work;
    const std::vector<float> before = tests::weights_of(net);
    std::vector<Index> wrong_ones{Index{classes}, std::numeric_limits<Index>::max()};
    if (std::is_signed_v<Index>) wrong_ones.push_back(static_cast<Index>(-1));
    for (const Index wrong : wrong_ones) {
        std::vector<Index> y = labels<Index>(rows);
        y[37] = wrong;
        const auto says = doctest::Contains("in row 37 (from 0), which is none of 11 classes: 0 to 10");
        CHECK_THROWS_WITH_AS(train_step(net, work, opt, cross_entropy{}, x, y), says, std::out_of_range);
        CHECK_THROWS_WITH_AS(accumulate(net, work, cross_entropy{}, x, y), says, std::out_of_range);
        CHECK_THROWS_WITH_AS(fit(net, work, opt, cross_entropy{}, x, y, {.epochs = 1}), says,
                             std::out_of_range);
        CHECK_THROWS_WITH_AS(evaluate(net, cross_entropy{}, x, y), says, std::out_of_range);
        for (const auto& [now, wanted] : minibatches<rows>(as_rows(x, classifier::input), y, seed{1}))
            CHECK_THROWS_WITH_AS(train_step(net, work, opt, cross_entropy{}, now, wanted), says,
                                 std::out_of_range);
    }
    CHECK(tests::weights_of(net) == before);
    CHECK(opt.steps() == 0);
    CHECK(work.gradients_empty());
}

TEST_CASE("as many class indices as samples, or as pixels") {
    model<pixels> net{he_uniform{}, seed{1}};
    optimizer opt{net, sgd{}};
    workspace<pixels, batch<4>> work;
    const std::vector<float> x(4 * 6);
    const std::vector<int> too_few(3 * 6), none_whole(4 * 6 - 1), one_each(4);
    CHECK_THROWS_AS(train_step(net, work, opt, cross_entropy{}, x, too_few), std::invalid_argument);
    CHECK_THROWS_AS(train_step(net, work, opt, cross_entropy{}, x, none_whole), std::invalid_argument);
    CHECK_THROWS_AS(fit(net, work, opt, cross_entropy{}, x, too_few, {}), std::invalid_argument);
    CHECK_THROWS_AS(evaluate(net, cross_entropy{}, x, too_few), std::invalid_argument);
    CHECK_THROWS_AS(minibatches<2>(as_rows(x, pixels::input), too_few), std::invalid_argument);
    for (const auto& [now, wanted] : minibatches<2>(as_rows(x, pixels::input), one_each))
        CHECK_THROWS_WITH_AS(
            train_step(net, work, opt, cross_entropy{}, now, wanted),
            doctest::Contains("1 class indices a sample for outputs of 2 x 3 x 11, which have 6"),
            std::invalid_argument);
}

TEST_CASE("class indices in floats: it is said that they are integers") {
    model<classifier> net{he_uniform{}, seed{1}};
    optimizer opt{net, sgd{}};
    const auto work = std::make_unique<workspace<classifier, batch<rows>>>();
    for (const std::size_t samples : {std::size_t{44}, rows}) { // whole rows of 11 targets, and not
        const std::vector<float> x(samples * 7), y(samples, 1.0f);
        const auto says = doctest::Contains("class indices are integers");
        CHECK_THROWS_WITH_AS(fit(net, *work, opt, cross_entropy{}, x, y, {.epochs = 1}), says,
                             std::invalid_argument);
        CHECK_THROWS_WITH_AS(train_step(net, *work, opt, cross_entropy{}, x, y), says, std::invalid_argument);
        CHECK_THROWS_WITH_AS(evaluate(net, cross_entropy{}, x, y), says, std::invalid_argument);
    }
    const std::vector<float> x(45 * 7), y(43 * classes);
    CHECK_THROWS_WITH_AS(fit(net, *work, opt, cross_entropy{}, x, y, {.epochs = 1}),
                         "strata: 45 samples, but 43 targets", std::invalid_argument);
}

} // namespace
