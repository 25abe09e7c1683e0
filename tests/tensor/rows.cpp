// Rows: samples seen where they lie, ordered, apart, padded; and the messages for spans that do not fit.
#include "strata/tensor/rows.hpp"
#include "strata/tensor/arena.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace {

using strata::arena;
using strata::as_rows;
using strata::padded_rows;
using strata::rows_view;
using strata::shape;

std::vector<float> counted(std::size_t count) {
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), 0.0f);
    return values;
}

std::vector<float> values_of(std::span<const float> row) { return {row.begin(), row.end()}; }

TEST_CASE("a row is where its stride says, and as wide as its width says") {
    const std::vector<float> values = counted(40);
    const rows_view rows{values.data() + 1, 4, 3, 10};
    CHECK(rows.rows == 4);
    CHECK(values_of(rows[0]) == std::vector<float>{1, 2, 3});
    CHECK(values_of(rows[3]) == std::vector<float>{31, 32, 33});
    CHECK(rows[2].data() == values.data() + 21);
}

TEST_CASE("ordered rows are met in their order, the same row twice if asked") {
    const std::vector<float> values = counted(40);
    const std::array<std::uint32_t, 5> order{3, 0, 2, 3, 1};
    const rows_view rows{values.data(), 5, 2, 10, order.data()};
    CHECK(values_of(rows[0]) == std::vector<float>{30, 31});
    CHECK(values_of(rows[1]) == std::vector<float>{0, 1});
    CHECK(values_of(rows[3]) == std::vector<float>{30, 31});
    CHECK(values_of(rows[4]) == std::vector<float>{10, 11});
}

TEST_CASE("a part of rows begins at its first, ordered or not, and parts of parts add up") {
    const std::vector<float> values = counted(60);
    const std::array<std::uint32_t, 6> order{5, 4, 3, 2, 1, 0};
    for (const std::uint32_t* ordered : {static_cast<const std::uint32_t*>(nullptr), order.data()}) {
        const rows_view rows{values.data(), 6, 3, 10, ordered};
        const rows_view part = rows.part(2, 3);
        CHECK(part.rows == 3);
        CHECK(part.width == 3);
        CHECK(part.stride == 10);
        for (std::size_t r = 0; r < 3; ++r) CHECK(part[r].data() == rows[r + 2].data());
        const rows_view again = part.part(1, 1);
        CHECK(again.rows == 1);
        CHECK(again[0].data() == rows[3].data());
        CHECK(rows.part(6, 0).rows == 0);
    }
}

TEST_CASE("rows of a block start on lines of 64 bytes") {
    for (const std::size_t width : {1u, 15u, 16u, 17u, 32u, 33u, 256u}) {
        CAPTURE(width);
        arena memory{5 * strata::row_stride(width)};
        const padded_rows<float> b{memory.data(), 5, width};
        CHECK(b.stride == strata::row_stride(width));
        for (std::size_t r = 0; r < 5; ++r) {
            CHECK(b[r] == memory.data() + r * b.stride);
            CHECK(reinterpret_cast<std::uintptr_t>(b[r]) % 64 == 0);
        }
    }
}

TEST_CASE("a block can be read as one of constants and as rows, not the other way round") {
    static_assert(std::is_convertible_v<padded_rows<float>, padded_rows<const float>>);
    static_assert(!std::is_convertible_v<padded_rows<const float>, padded_rows<float>>);
    static_assert(std::is_convertible_v<padded_rows<float>, rows_view>);
    static_assert(std::is_convertible_v<padded_rows<const float>, rows_view>);
    arena memory{2 * 32};
    const padded_rows<float> b{memory.data(), 2, 20};
    const padded_rows<const float> constant = b;
    CHECK(constant.data == b.data);
    CHECK(constant.rows == 2);
    CHECK(constant.width == 20);
    CHECK(constant.stride == 32);
    const rows_view rows = constant;
    CHECK(rows.data == b.data);
    CHECK(rows.rows == 2);
    CHECK(rows.width == 20);
    CHECK(rows.stride == 32);
    CHECK(rows.order == nullptr);
}

TEST_CASE("clear_padding zeroes what follows each row, and nothing else") {
    for (const std::size_t width : {1u, 15u, 16u, 17u, 31u, 256u}) {
        CAPTURE(width);
        const std::size_t stride = strata::row_stride(width);
        std::vector<float> memory(4 * stride + 1, 7.0f);
        clear_padding(padded_rows<float>{memory.data(), 4, width});
        for (std::size_t i = 0; i < 4 * stride; ++i) CHECK(memory[i] == (i % stride < width ? 7.0f : 0.0f));
        CHECK(memory.back() == 7.0f);
    }
}

TEST_CASE("copy_rows brings strided and ordered rows into lines, and leaves padding and further rows alone") {
    const std::vector<float> values = counted(100);
    const std::array<std::uint32_t, 3> order{4, 4, 1};
    for (const bool ordered : {false, true}) {
        CAPTURE(ordered);
        const rows_view from{values.data() + 3, 3, 17, 19, ordered ? order.data() : nullptr};
        std::vector<float> memory(4 * 32, -1.0f);
        copy_rows(from, padded_rows<float>{memory.data(), 4, 17});
        for (std::size_t r = 0; r < 4; ++r)
            for (std::size_t i = 0; i < 32; ++i) {
                const bool copied = r < 3 && i < 17;
                CHECK(memory[r * 32 + i] == (copied ? from[r][i] : -1.0f));
            }
    }
    std::vector<float> memory(16, -1.0f);
    copy_rows(rows_view{nullptr, 0, 5, 5}, padded_rows<float>{memory.data(), 1, 5});
    CHECK(memory == std::vector<float>(16, -1.0f));
}

TEST_CASE("a span holds whole samples, one after the other") {
    const std::vector<float> values = counted(30);
    const rows_view rows = as_rows(values, shape<2, 5>);
    CHECK(rows.data == values.data());
    CHECK(rows.rows == 3);
    CHECK(rows.width == 10);
    CHECK(rows.stride == 10);
    CHECK(rows.order == nullptr);
    CHECK(as_rows(std::span<const float>{}, shape<7>).rows == 0);
    const float array[4]{};
    CHECK(as_rows(array, shape<4>).rows == 1);
    const std::array<float, 6> six{};
    CHECK(as_rows(six, shape<3>).rows == 2);
}

TEST_CASE("a span of another length is refused, with both numbers") {
    const std::vector<float> values(31);
    CHECK_THROWS_WITH_AS(as_rows(values, shape<2, 5>),
                         "strata: a span of 31 floats does not hold whole samples of 2 x 5 = 10 floats",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(as_rows(std::span{values}.first(1), shape<28, 28, 1>),
                         "strata: a span of 1 floats does not hold whole samples of 28 x 28 x 1 = 784 floats",
                         std::invalid_argument);
}

TEST_CASE("rows pass as they are if their width is the sample's, and are refused if not") {
    const std::vector<float> values = counted(40);
    const std::array<std::uint32_t, 2> order{1, 0};
    const rows_view rows{values.data(), 2, 6, 7, order.data()};
    for (const rows_view& same : {as_rows(rows, shape<2, 3>), as_rows(rows, strata::any_sample{})}) {
        CHECK(same.data == rows.data);
        CHECK(same.rows == rows.rows);
        CHECK(same.width == rows.width);
        CHECK(same.stride == rows.stride);
        CHECK(same.order == rows.order);
    }
    CHECK_THROWS_WITH_AS(as_rows(rows, shape<7>), "strata: rows of 6 floats are no samples of 7 = 7 floats",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(as_rows(rows, shape<2, 2, 2>),
                         "strata: rows of 6 floats are no samples of 2 x 2 x 2 = 8 floats",
                         std::invalid_argument);
}

} // namespace
