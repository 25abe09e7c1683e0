// Rows of several things that belong together.
#include "strata/tensor/several_rows.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

using namespace strata;

static_assert(detail::tuple_parts<std::tuple<int, float, int>> == 3 &&
              detail::tuple_parts<std::pair<int, int>> == 2);
static_assert(detail::tuple_parts<several_rows<rows_view, rows_view>> == 2);
static_assert(detail::tuple_parts<std::vector<float>> == 0 && detail::tuple_parts<std::array<float, 3>> == 0);
static_assert(detail::is_for<std::vector<float>, 1> && !detail::is_for<std::tuple<int>, 1>);
static_assert(detail::is_for<std::pair<int, int>, 2> && !detail::is_for<std::tuple<int, int, int>, 2> &&
              !detail::is_for<std::vector<float>, 2>);
static_assert(std::is_same_v<detail::views_t<rows_view, 1>, rows_view>);
static_assert(std::is_same_v<detail::views_t<rows_view, 2>, several_rows<rows_view, rows_view>>);

namespace {

/// Row r of view k begins with 100 k + r.
struct numbered {
    std::vector<float> first = std::vector<float>(12), second = std::vector<float>(18);
    numbered() {
        for (std::size_t r = 0; r < 6; ++r) {
            first[2 * r] = static_cast<float>(r);
            second[3 * r] = static_cast<float>(100 + r);
        }
    }
    [[nodiscard]] several_rows<rows_view, rows_view> rows() const {
        return several_rows{as_rows(first, shape<2>), as_rows(second, shape<3>)};
    }
};

void check_rows(const several_rows<rows_view, rows_view>& rows, const std::vector<std::size_t>& expected) {
    REQUIRE(rows.rows == expected.size());
    REQUIRE(std::get<0>(rows.views).rows == expected.size());
    REQUIRE(std::get<1>(rows.views).rows == expected.size());
    for (std::size_t r = 0; r < expected.size(); ++r) {
        CHECK(std::get<0>(rows.views)[r][0] == static_cast<float>(expected[r]));
        CHECK(std::get<1>(rows.views)[r][0] == static_cast<float>(100 + expected[r]));
    }
}

} // namespace

TEST_CASE("parts and orders are those of each") {
    const numbered all;
    const auto rows = all.rows();
    CHECK(rows.order == nullptr);
    check_rows(rows, {0, 1, 2, 3, 4, 5});
    check_rows(rows.part(2, 3), {2, 3, 4});
    check_rows(rows.part(6, 0), {});
    const std::vector<std::uint32_t> order{5, 3, 1, 0, 2, 4};
    check_rows(rows.in_order(order.data()), {5, 3, 1, 0, 2, 4});
    check_rows(rows.in_order(order.data()).part(1, 4), {3, 1, 0, 2});
    check_rows(rows.in_order(order.data()).part(1, 4).part(1, 2), {1, 0});
    CHECK(rows.in_order(order.data()).part(1, 4).order == order.data() + 1);
    check_rows(rows.in_order(order.data()).in_order(nullptr), {0, 1, 2, 3, 4, 5});
}

TEST_CASE("all have as many rows, or it says which do not") {
    const std::vector<float> values(24);
    CHECK_THROWS_WITH_AS(
        (several_rows{as_rows(values, shape<2>), as_rows(values, shape<2>), as_rows(values, shape<3>)}),
        doctest::Contains("a tuple of 12 samples in place 1, but 8 in place 3: all are of the same samples"),
        std::invalid_argument);
    CHECK(several_rows<rows_view, rows_view>{}.rows == 0);
}

TEST_CASE("what is no tuple has itself for its one part") {
    const std::vector<float> values{1, 2};
    std::size_t calls = 0;
    detail::for_each_part(values, [&](auto k, const std::vector<float>& one) {
        CHECK(k == 0);
        CHECK(&one == &values);
        ++calls;
    });
    CHECK(calls == 1);
    std::tuple<int, double> pair{1, 2.5};
    detail::for_each_part(pair, [&](std::size_t k, auto& one) { one += static_cast<int>(k) + 1; });
    CHECK(pair == std::tuple{2, 4.5});
    CHECK(&detail::part_at<1>(pair) == &std::get<1>(pair));
}
