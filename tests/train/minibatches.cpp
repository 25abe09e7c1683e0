// Going through rows in batches.

#include "strata/train/minibatches.hpp"

#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

using namespace strata;

namespace {

std::vector<float> numbered(std::size_t rows) {
    std::vector<float> values(2 * rows);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i / 2);
    return values;
}

std::vector<float> order_of(const minibatch_range& batches) {
    std::vector<float> order;
    for (const auto& [x, y] : batches)
        for (std::size_t r = 0; r < x.rows; ++r) {
            CHECK(x[r][0] == y[r][0]);
            order.push_back(x[r][1]);
        }
    return order;
}

} // namespace

TEST_CASE("every row once, the last batch smaller") {
    const std::vector<float> values = numbered(21);
    const rows_view rows = as_rows(values, shape<2>);
    const minibatch_range batches = minibatches<8>(rows, rows, seed{1});
    CHECK(batches.size() == 3);
    std::vector<std::size_t> sizes;
    for (const auto& [x, y] : batches) sizes.push_back(x.rows);
    CHECK(sizes == std::vector<std::size_t>{8, 8, 5});
    const std::vector<float> order = order_of(batches);
    CHECK(order.size() == 21);
    CHECK(std::set<float>(order.begin(), order.end()).size() == 21);
}

TEST_CASE("the order depends on the seed alone") {
    const std::vector<float> values = numbered(50);
    const rows_view rows = as_rows(values, shape<2>);
    minibatch_range first = minibatches<8>(rows, rows, seed{1});
    const std::vector<float> once = order_of(first);
    CHECK(order_of(minibatches<16>(rows, rows, seed{1})) == once);
    CHECK(order_of(minibatches<8>(rows, rows, seed{2})) != once);
    first.shuffle(seed{3});
    first.shuffle(seed{1});
    CHECK(order_of(first) == once);
    first.reset();
    std::vector<float> in_order = once;
    std::ranges::sort(in_order);
    CHECK(order_of(first) == in_order);
    CHECK(order_of(minibatches<8>(rows, rows)) == in_order);
}

TEST_CASE("no rows, and numbers of rows that differ") {
    const rows_view none{nullptr, 0, 2, 2, nullptr};
    CHECK(minibatches<8>(none, none).size() == 0);
    CHECK(order_of(minibatches<8>(none, none, seed{1})).empty());
    const std::vector<float> values = numbered(4);
    CHECK_THROWS_WITH_AS(minibatches<2>(as_rows(values, shape<2>), none),
                         doctest::Contains("4 samples, but 0 targets"), std::invalid_argument);
}

namespace {

/// A small network for images of this shape.
template <std::size_t... Extents>
struct net_of : network<strata::input<Extents...>, flatten, dense<3>> {};

/// Every verb that takes a batch, for rows whose sample has one shape and a network that wants another of as
/// many values.
template <class Net>
void check_batches_are_refused(const extents& given, const char* said) {
    const std::vector<float> values(6 * given.count(), 0.5f);
    const std::vector<float> targets(6 * 3, 0.5f);
    model<Net> net;
    workspace<Net, batch<4>> work;
    optimizer opt{net, sgd{}};
    const std::vector<float> before{net.storage().begin(), net.storage().end()};
    for (const auto& [x, y] : minibatches<4>(as_rows(values, given), as_rows(targets, shape<3>), seed{1})) {
        const rows_view samples = x;
        const rows_view wanted = y;
        const auto refused = [&](auto&& verb) {
            CHECK_THROWS_WITH_AS(verb(), doctest::Contains(said), std::invalid_argument);
        };
        refused([&] { train_step(net, work, opt, mse{}, samples, wanted); });
        refused([&] { accumulate(net, work, mse{}, samples, wanted); });
        refused([&] { input_gradient(net, work, mse{}, samples, wanted); });
        refused([&] { forward(net, work, samples); });
        refused([&] { predict(net, samples); });
        refused([&] { evaluate(net, mse{}, samples, wanted); });
    }
    const rows_view all = as_rows(values, given);
    CHECK_THROWS_WITH_AS(fit(net, work, opt, mse{}, all, targets, fit_options{}), doctest::Contains(said),
                         std::invalid_argument);
    CHECK(std::ranges::equal(net.storage(), before));
}

template <class Net>
void check_batches_are_taken(const extents& given) {
    const std::vector<float> values(6 * given.count(), 0.5f);
    const std::vector<float> targets(6 * 3, 0.5f);
    model<Net> net;
    workspace<Net, batch<4>> work;
    optimizer opt{net, sgd{}};
    std::size_t rows = 0;
    for (const auto& [x, y] : minibatches<4>(as_rows(values, given), as_rows(targets, shape<3>))) {
        train_step(net, work, opt, mse{}, x, y);
        rows += x.rows;
    }
    CHECK(rows == 6);
}

} // namespace

TEST_CASE("batches keep the shape of their samples, and a network of another refuses them") {
    check_batches_are_refused<net_of<8, 8, 3>>(
        shape<3, 8, 8>, "rows of 3 x 8 x 8 = 192 floats are no samples of 8 x 8 x 3 = 192 floats");
    check_batches_are_refused<net_of<4, 6, 1>>(shape<6, 4>,
                                               "rows of 6 x 4 = 24 floats are no samples of 4 x 6");
    check_batches_are_refused<net_of<4, 6>>(shape<6, 4, 1>, "rows of 6 x 4 x 1 = 24 floats");
    check_batches_are_refused<net_of<2, 3, 4, 5>>(shape<2, 3, 5, 4>, "rows of 2 x 3 x 5 x 4 = 120 floats");
    check_batches_are_refused<net_of<12>>(shape<3, 4>, "rows of 3 x 4 = 12 floats are no samples of 12");
}

TEST_CASE("axes of size 1 may be left out of batches or added, and flat rows fit every shape") {
    check_batches_are_taken<net_of<4, 6, 1>>(shape<4, 6>);
    check_batches_are_taken<net_of<4, 6, 1>>(shape<1, 4, 6>);
    check_batches_are_taken<net_of<4, 6, 1>>(shape<24>);
    check_batches_are_taken<net_of<4, 6>>(shape<4, 1, 6, 1>);
    check_batches_are_taken<net_of<12>>(shape<12, 1>);
    check_batches_are_taken<net_of<8, 8, 3>>(shape<8, 8, 3>);
}

TEST_CASE("targets of another shape are refused, too") {
    struct to_image : network<strata::input<3>, dense<24>, reshape<2, 3, 4>> {};
    const std::vector<float> values(5 * 3, 0.5f);
    const std::vector<float> targets(5 * 24, 0.5f);
    model<to_image> net;
    workspace<to_image, batch<5>> work;
    optimizer opt{net, sgd{}};
    for (const extents& wrong : {shape<4, 2, 3>, shape<3, 2, 4>, shape<4, 3, 2>, shape<6, 4>})
        for (const auto& [x, y] : minibatches<5>(as_rows(values, shape<3>), as_rows(targets, wrong))) {
            const rows_view samples = x;
            const rows_view wanted = y;
            CHECK_THROWS_WITH_AS(train_step(net, work, opt, mse{}, samples, wanted),
                                 doctest::Contains("are no samples of 2 x 3 x 4"), std::invalid_argument);
            CHECK_THROWS_AS(evaluate(net, mse{}, samples, wanted), std::invalid_argument);
        }
}

TEST_CASE("a batch of any size, up to the largest number there is") {
    const std::vector<float> values = numbered(5);
    const rows_view rows = as_rows(values, shape<2>);
    for (const minibatch_range& range :
         {minibatches<static_cast<std::size_t>(-1)>(rows, rows), minibatches<5>(rows, rows)}) {
        CHECK(range.size() == 1);
        CHECK(order_of(range).size() == 5);
    }
    const rows_view many{values.data(), std::size_t{1} << 33, 2, 0};
    CHECK_THROWS_AS(minibatches<8>(many, many), std::length_error);
}

TEST_CASE("batches of no rows are refused; a size above the number of rows is one batch") {
    const std::vector<float> values = numbered(7);
    const rows_view rows = as_rows(values, shape<2>);
    const rows_view none{nullptr, 0, 2, 2, nullptr};
    CHECK_THROWS_WITH_AS((minibatch_range{rows, rows, 0}), doctest::Contains("batches of 0 samples"),
                         std::invalid_argument);
    CHECK_THROWS_AS((minibatch_range{none, none, 0}), std::invalid_argument);
    const std::size_t most = std::numeric_limits<std::size_t>::max();
    for (const std::size_t size : {std::size_t{7}, std::size_t{8}, most / 2, most - 6, most - 1, most}) {
        const minibatch_range batches{rows, rows, size};
        CHECK(batches.size() == 1);
        CHECK(order_of(batches).size() == 7);
        CHECK(minibatch_range{none, none, size}.size() == 0);
    }
}

namespace {

/// Three things of the same samples: row r of each begins with r. Rows, an owner of rows, and class indices.
struct together {
    std::vector<float> left = std::vector<float>(21 * 2), right = std::vector<float>(21 * 3);
    std::vector<int> classes = std::vector<int>(21);
    float_rows owner;
    together() {
        for (std::size_t r = 0; r < 21; ++r) {
            left[2 * r] = static_cast<float>(r);
            right[3 * r] = static_cast<float>(r);
            classes[r] = static_cast<int>(r);
        }
        owner = float_rows{right, shape<3>};
    }
};

} // namespace

TEST_CASE("minibatches of tuples are those of each alone, in order and shuffled") {
    const together all;
    const rows_view left = as_rows(all.left, shape<2>);
    for (const std::optional<seed> s :
         {std::optional<seed>{}, std::optional{seed{1}}, std::optional{seed{2}}}) {
        auto both = minibatches<8>(std::tie(left, all.owner), std::tie(all.classes, left));
        minibatch_range alone = minibatches<8>(left, left);
        if (s) both.shuffle(*s);
        if (s) alone.shuffle(*s);
        CHECK(both.size() == 3);
        CHECK(both.rows() == 21);
        auto one = alone.begin();
        std::set<float> met;
        for (const auto& [x, y] : both) {
            const auto& [a, b] = x.views;
            const auto& [c, d] = y.views;
            const rows_view expected = (*one).x;
            REQUIRE(x.rows == expected.rows);
            REQUIRE(y.rows == expected.rows);
            CHECK(b.sample == shape<3>);
            for (std::size_t r = 0; r < x.rows; ++r) {
                CHECK(a[r][0] == expected[r][0]);
                CHECK(b[r][0] == expected[r][0]);
                CHECK(c.at(r, 0) == static_cast<std::int64_t>(expected[r][0]));
                CHECK(d[r][0] == expected[r][0]);
                met.insert(a[r][0]);
            }
            ++one;
        }
        CHECK(met.size() == 21);
    }
}

TEST_CASE("tuples of samples beside rows or class indices, pairs, and several_rows") {
    const together all;
    const rows_view left = as_rows(all.left, shape<2>);
    const auto first = [](const auto& batches) { return *batches.begin(); };
    CHECK(first(minibatches<8>(std::tie(left, all.owner), left, seed{1})).x.rows == 8);
    CHECK(first(minibatches<8>(left, std::tie(left, all.classes), seed{1})).y.rows == 8);
    CHECK(first(minibatches<8>(std::tie(left, all.owner), all.classes, seed{1})).y.rows == 8);
    const std::pair both{left, left};
    CHECK(first(minibatches<8>(both, std::pair{left, std::span{all.classes}}, seed{1})).x.rows == 8);
    const std::tuple owners{all.owner, float_rows{all.left, shape<2>}}; // it has a name, so its values stay
    CHECK(std::get<1>(first(minibatches<8>(owners, all.classes)).x.views)[3][0] == 3.0f);
    const several_rows rows{left, left};
    CHECK(std::get<1>(first(minibatches<8>(rows, rows, seed{1})).y.views).rows == 8);
    // Class indices of images: as many in a row as there are.
    const std::vector<int> pixels(21 * 6);
    CHECK(std::get<0>(first(minibatches<8>(left, std::tie(pixels, left))).y.views).width == 6);
}

TEST_CASE("parts of other numbers of rows, and minibatches of minibatches, are refused") {
    const together all;
    const rows_view left = as_rows(all.left, shape<2>), few = left.part(0, 20);
    CHECK_THROWS_WITH_AS(minibatches<8>(std::tie(left, few), left),
                         doctest::Contains("21 samples in place 1, but 20 in place 2"),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(minibatches<8>(left, std::tie(few, few)),
                         doctest::Contains("21 samples, but 20 targets"), std::invalid_argument);
    CHECK_THROWS_AS(minibatches<8>(left, std::tie(all.classes, few)), std::invalid_argument);
    const auto shuffled = minibatches<8>(std::tie(left, left), left, seed{1});
    for (const auto& batch : shuffled)
        CHECK_THROWS_WITH_AS(minibatches<2>(batch.x, batch.y), doctest::Contains("themselves a minibatch"),
                             std::invalid_argument);
    const rows_view ordered = (*shuffled.begin()).y;
    CHECK_THROWS_AS(minibatches<8>(std::tie(ordered, ordered), std::tie(ordered, ordered)),
                    std::invalid_argument);
}
