// Products with few results a row: dot products, several at a time, vectorised along what they sum over.
#pragma once

#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/transpose.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace strata::kernels {

/// Rows and columns of the largest tile of dot products: 12 sums hide the latency of an addition.
inline constexpr std::size_t dot_rows = 4;
inline constexpr std::size_t most_dot_columns = 3;

namespace detail {

/// The sums of the lanes of four vectors.
template <class Arch>
four sums_of_lanes(const vec<Arch> (&v)[dot_rows]) {
    alignas(64) float lane[dot_rows][lanes<Arch>];
    four row[dot_rows];
    unroll<dot_rows>([&](auto r) {
        v[r].store_aligned(lane[r]);
        row[r] = load_four(lane[r]);
        for (std::size_t at = 4; at < lanes<Arch>; at += 4) row[r] += load_four(lane[r] + at);
    });
    const four ab = __builtin_shufflevector(row[0], row[1], 0, 2, 4, 6) +
                    __builtin_shufflevector(row[0], row[1], 1, 3, 5, 7);
    const four cd = __builtin_shufflevector(row[2], row[3], 0, 2, 4, 6) +
                    __builtin_shufflevector(row[2], row[3], 1, 3, 5, 7);
    return __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7);
}

/// Columns columns for all rows, four at a time.
template <class Arch, std::size_t Columns>
[[gnu::noinline]] void dot_columns(std::size_t rows, std::size_t length, const float* a, std::size_t a_stride,
                                   const float* b, std::size_t b_segment, float* c, std::size_t c_stride) {
    const std::size_t whole = length / lanes<Arch> * lanes<Arch>;
    for (std::size_t done = 0; done < rows; done += dot_rows) {
        const std::size_t now = std::min(dot_rows, rows - done);
        // The last row stands in for those that are missing after it.
        const float* row[dot_rows];
        for (std::size_t r = 0; r < dot_rows; ++r) row[r] = a + std::min(done + r, rows - 1) * a_stride;
        vec<Arch> sum[Columns][dot_rows];
        unroll<Columns>([&](auto j) { unroll<dot_rows>([&](auto r) { sum[j][r] = vec<Arch>(0.0f); }); });
        const auto add = [&](std::size_t at, const float* right_at, auto&& load_left) {
            vec<Arch> right[Columns];
            unroll<Columns>([&](auto j) { right[j] = load<Arch>(right_at + j * panel); });
            unroll<dot_rows>([&](auto r) {
                const vec<Arch> left = load_left(row[r] + at);
                unroll<Columns>([&](auto j) { sum[j][r] = multiply_add<Arch>(left, right[j], sum[j][r]); });
            });
        };
        for (std::size_t at = 0; at < whole; at += lanes<Arch>)
            add(at, b + at / panel * b_segment + at % panel, [](const float* p) { return load<Arch>(p); });
        if (whole < length)
            add(whole, b + whole / panel * b_segment + whole % panel,
                [&](const float* p) { return load_some<Arch>(p, length - whole); });
        unroll<Columns>([&](auto j) {
            const four sums = sums_of_lanes<Arch>(sum[j]);
            float* const to = c + j * c_stride + done;
            if (now == dot_rows)
                std::memcpy(to, &sums, sizeof sums);
            else
                for (std::size_t r = 0; r < now; ++r) to[r] = sums[r];
        });
    }
}

} // namespace detail

/// c[j][r] = sum over i < length of a[r][i] * b[j][i], for `rows` rows of a, `a_stride` floats apart, and
/// `columns` rows of b, which lie as a weight matrix does: in panels of 16 of the summed-over index, 16
/// floats from row to row and `b_segment` from panel to panel. Row j of c starts at c + j * c_stride.
template <class Arch>
[[gnu::noinline]] void multiply_narrow(std::size_t rows, std::size_t columns, std::size_t length,
                                       const float* a, std::size_t a_stride, const float* b,
                                       std::size_t b_segment, float* c, std::size_t c_stride) {
    static constexpr std::array some_columns{&detail::dot_columns<Arch, 1>, &detail::dot_columns<Arch, 2>,
                                             &detail::dot_columns<Arch, 3>};
    for (std::size_t j = 0; j < columns;) {
        const std::size_t width = std::min(most_dot_columns, columns - j);
        some_columns[width - 1](rows, length, a, a_stride, b + j * panel, b_segment, c + j * c_stride,
                                c_stride);
        j += width;
    }
}

} // namespace strata::kernels
