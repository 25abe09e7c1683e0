// Going through rows in batches.

#include "strata/train/minibatches.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <set>
#include <stdexcept>
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
