// Products with few results a row: dot products, several at a time, vectorised along what they sum over.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/shuffle.hpp"
#include "strata/kernels/strip.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

/// Columns of the widest tile of dot products, and its rows: 8 to 12 sums hide the latency of an addition.
inline constexpr std::size_t most_dot_columns = 3;
constexpr std::size_t dot_rows(std::size_t columns) { return columns == 1 ? 8 : 4; }

namespace detail {

/// The lanes of a vector, added up until four are left: every fourth.
template <class Arch>
[[gnu::always_inline]] inline four fold(const raw<lanes<Arch>>& v) {
    if constexpr (lanes<Arch> == 16) {
        const raw<8> half = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                            __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
        return __builtin_shufflevector(half, half, 0, 1, 2, 3) +
               __builtin_shufflevector(half, half, 4, 5, 6, 7);
    } else if constexpr (lanes<Arch> == 8) {
        return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
    } else {
        static_assert(lanes<Arch> == 4);
        return v;
    }
}

/// Neighbouring lanes of two vectors added: in each four lanes two sums of a's, then two of b's.
template <std::size_t Lanes>
[[gnu::always_inline]] inline raw<Lanes> add_neighbours(const raw<Lanes>& a, const raw<Lanes>& b) {
    return shuffle<Lanes>(a, b, [](std::size_t i) { return i / 4 * 4 + i % 2 * 2 + i % 4 / 2 * Lanes; }) +
           shuffle<Lanes>(a, b, [](std::size_t i) { return i / 4 * 4 + i % 2 * 2 + 1 + i % 4 / 2 * Lanes; });
}

/// Four numbers: a vector of floats, of which orders of lanes are known, or just doubles.
template <class Real>
struct four_sums {
    using type = std::array<Real, 4>;
};
template <>
struct four_sums<float> {
    using type = four;
};

/// The sums of the lanes of four vectors.
template <class Arch>
requires(!std::is_same_v<real_of<Arch>, float>)
[[gnu::always_inline]] inline std::array<real_of<Arch>, 4> sums_of_lanes(const vec<Arch>* v) {
    return {sum_of_lanes<Arch>(v[0]), sum_of_lanes<Arch>(v[1]), sum_of_lanes<Arch>(v[2]),
            sum_of_lanes<Arch>(v[3])};
}
template <class Arch>
requires std::is_same_v<real_of<Arch>, float>
[[gnu::always_inline]] inline four sums_of_lanes(const vec<Arch>* v) {
    constexpr std::size_t wide = lanes<Arch>;
    raw<wide> row[4];
    std::memcpy(row, v, sizeof row);
    return fold<Arch>(
        add_neighbours<wide>(add_neighbours<wide>(row[0], row[1]), add_neighbours<wide>(row[2], row[3])));
}

/// `Columns` columns of the products, for all rows.
template <class Arch, std::size_t Columns>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
dot_columns(std::size_t rows, const tile_walk& walk, const real_of<Arch>* const* a, const real_of<Arch>* b,
            real_of<Arch>* const* c) {
    constexpr std::size_t tall = dot_rows(Columns);
    const std::size_t whole = walk.length / lanes<Arch> * lanes<Arch>;
    for (std::size_t done = 0; done < rows; done += tall) {
        const std::size_t now = std::min(tall, rows - done);
        // The last row stands in for those that are missing after it.
        const real_of<Arch>* row[tall];
        const real_of<Arch>* const* next = a + done;
#pragma GCC unroll 16
        for (std::size_t r = 0; r < tall; ++r) {
            row[r] = *next;
            if (r + 1 < now) ++next; // one by one: GCC would gather them into a vector register
        }
        vec<Arch> sum[Columns][tall];
#pragma GCC unroll 16
        for (std::size_t j = 0; j < Columns; ++j)
#pragma GCC unroll 16
            for (std::size_t r = 0; r < tall; ++r) sum[j][r] = vec<Arch>(0.0f);
        std::ptrdiff_t left_at = 0;
        const real_of<Arch>* right_at = b;
        for (std::size_t segment = 0; segment < walk.segments; ++segment) {
            const auto add = [&](std::size_t at, auto&& load_from) __attribute__((always_inline)) {
                vec<Arch> right[Columns];
#pragma GCC unroll 16
                for (std::size_t j = 0; j < Columns; ++j)
                    right[j] = load_from(right_at + at + std::ptrdiff_t(j) * walk.b_panel);
#pragma GCC unroll 16
                for (std::size_t r = 0; r < tall; ++r) {
                    const vec<Arch> left = load_from(row[r] + left_at + at);
#pragma GCC unroll 16
                    for (std::size_t j = 0; j < Columns; ++j)
                        sum[j][r] = multiply_add<Arch>(left, right[j], sum[j][r]);
                }
            };
            for (std::size_t at = 0; at < whole; at += lanes<Arch>)
                add(at, [](const real_of<Arch>* p) { return load<Arch>(p); });
            if (whole < walk.length)
                add(whole, [&](const real_of<Arch>* p) { return load_some<Arch>(p, walk.length - whole); });
            left_at += walk.a_segment;
            right_at += walk.b_segment;
        }
        real_of<Arch> totals[Columns][tall];
#pragma GCC unroll 16
        for (std::size_t j = 0; j < Columns; ++j)
#pragma GCC unroll 16
            for (std::size_t first = 0; first < tall; first += 4) {
                const typename four_sums<real_of<Arch>>::type sums = sums_of_lanes<Arch>(sum[j] + first);
                std::memcpy(totals[j] + first, &sums, 4 * sizeof(real_of<Arch>));
            }
#pragma GCC unroll 1
        for (std::size_t r = 0; r < now; ++r)
#pragma GCC unroll 16
            for (std::size_t j = 0; j < Columns; ++j) c[done + r][j] = totals[j][r];
    }
}

} // namespace detail

/// The products of multiply_rows, for few columns that lie one after another: column j of B starts at
/// b + j * walk.b_panel, and steps go from one real_of<Arch> to the next (walk.a_step and walk.b_step are 1).
template <class Arch>
STRATA_NOINLINE void multiply_narrow(std::size_t rows, const tile_walk& walk, const real_of<Arch>* const* a,
                                     const real_of<Arch>* b, real_of<Arch>* const* c, std::size_t columns) {
    static constexpr std::array some_columns{&detail::dot_columns<Arch, 1>, &detail::dot_columns<Arch, 2>,
                                             &detail::dot_columns<Arch, 3>};
    real_of<Arch>* first[strip_rows];
    std::copy_n(c, rows, first);
    for (std::size_t j = 0; j < columns;) {
        const std::size_t width = std::min(most_dot_columns, columns - j);
        some_columns[width - 1](rows, walk, a, b, first);
        b += std::ptrdiff_t(width) * walk.b_panel;
        move_rows(rows, first, width);
        j += width;
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
