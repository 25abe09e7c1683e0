// Transposition of small matrices, in blocks of as many rows as a vector has floats; of doubles, one by one.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/shuffle.hpp"
#include "strata/kernels/vectors.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

/// In each four lanes of two vectors: their first two lanes in turn (a, b, a, b), or their last two.
template <std::size_t Lanes>
[[gnu::always_inline]] inline raw<Lanes> zip_first(const raw<Lanes>& a, const raw<Lanes>& b) {
    return shuffle<Lanes>(a, b, [](std::size_t i) { return i / 4 * 4 + i % 4 / 2 + i % 2 * Lanes; });
}
template <std::size_t Lanes>
[[gnu::always_inline]] inline raw<Lanes> zip_last(const raw<Lanes>& a, const raw<Lanes>& b) {
    return shuffle<Lanes>(a, b, [](std::size_t i) { return i / 4 * 4 + 2 + i % 4 / 2 + i % 2 * Lanes; });
}

/// Transposes each four lanes of four vectors.
template <std::size_t Lanes>
[[gnu::always_inline]] inline void transpose_fours(const raw<Lanes> (&row)[4], raw<Lanes> (&column)[4]) {
    const raw<Lanes> even_first = zip_first<Lanes>(row[0], row[2]);
    const raw<Lanes> even_last = zip_last<Lanes>(row[0], row[2]);
    const raw<Lanes> odd_first = zip_first<Lanes>(row[1], row[3]);
    const raw<Lanes> odd_last = zip_last<Lanes>(row[1], row[3]);
    column[0] = zip_first<Lanes>(even_first, odd_first);
    column[1] = zip_last<Lanes>(even_first, odd_first);
    column[2] = zip_first<Lanes>(even_last, odd_last);
    column[3] = zip_last<Lanes>(even_last, odd_last);
}

/// Columns of a block of Lanes rows.
template <std::size_t Lanes>
inline constexpr std::size_t block_columns = Lanes == 16 ? 8 : 4;

/// Transposes a block. A vector takes two half as wide rows, four rows apart.
template <std::size_t Lanes>
[[gnu::always_inline]] inline void transpose_block(const float* in, std::size_t in_stride, float* out,
                                                   std::size_t out_stride) {
    const auto load_rows = [&](std::size_t first, raw<Lanes>(&row)[4]) {
        for (std::size_t r = 0; r < 4; ++r) {
            const float* from = in + (first + r) * in_stride;
            if constexpr (Lanes == 4)
                row[r] = load_raw<4>(from);
            else
                row[r] =
                    join<Lanes / 2>(load_raw<Lanes / 2>(from), load_raw<Lanes / 2>(from + 4 * in_stride));
        }
    };
    const auto store = [&](std::size_t c, const raw<Lanes>& column) {
        std::memcpy(out + c * out_stride, &column, sizeof column);
    };
    raw<Lanes> row[4];
    raw<Lanes> columns[4];
    load_rows(0, row);
    transpose_fours<Lanes>(row, columns);
    if constexpr (Lanes < 16) {
        for (std::size_t c = 0; c < 4; ++c) store(c, columns[c]);
    } else {
        // Of columns c and 4 + c, four rows each in turn; and of the eight rows after those.
        raw<Lanes> lower[4];
        load_rows(8, row);
        transpose_fours<Lanes>(row, lower);
        for (std::size_t c = 0; c < 4; ++c) {
            store(c, shuffle<Lanes>(columns[c], lower[c],
                                    [](std::size_t i) { return i / 4 % 2 * 8 + i % 4 + i / 8 * Lanes; }));
            store(4 + c, shuffle<Lanes>(columns[c], lower[c], [](std::size_t i) {
                      return 4 + i / 4 % 2 * 8 + i % 4 + i / 8 * Lanes;
                  }));
        }
    }
}

} // namespace detail

/// out[c][r] = in[r][c] for every row and column. Strides are in floats; nothing outside the matrix is
/// touched.
template <class Arch>
STRATA_NOINLINE void transpose(const real_of<Arch>* in, std::size_t in_stride, std::size_t rows,
                               std::size_t columns, real_of<Arch>* out, std::size_t out_stride) {
    const auto one_by_one = [&](std::size_t from, std::size_t to, std::size_t first_column) {
        for (; from < to; ++from)
            for (std::size_t c = first_column; c < columns; ++c)
                out[c * out_stride + from] = in[from * in_stride + c];
    };
    if constexpr (!std::is_same_v<real_of<Arch>, float>) {
        one_by_one(0, rows, 0);
    } else {
        constexpr std::size_t tall = lanes<Arch>;
        constexpr std::size_t wide = detail::block_columns<tall>;
        const auto block = [&](auto height, std::size_t r, std::size_t c) __attribute__((always_inline)) {
            detail::transpose_block<height>(in + r * in_stride + c, in_stride, out + c * out_stride + r,
                                            out_stride);
        };
        constexpr std::integral_constant<std::size_t, tall> whole;
        constexpr std::integral_constant<std::size_t, std::max<std::size_t>(4, tall / 2)> half;
        constexpr std::integral_constant<std::size_t, 4> four_rows;
        const std::size_t whole_columns = columns / 4 * 4;
        std::size_t r = 0;
        for (; r + tall <= rows; r += tall) {
            std::size_t c = 0;
            for (; c + wide <= columns; c += wide) block(whole, r, c);
            for (std::size_t below = 0; c < whole_columns && below < tall; below += half)
                block(half, r + below, c);
        }
        for (; r + 4 <= rows; r += 4)
            for (std::size_t c = 0; c < whole_columns; c += 4) block(four_rows, r, c);
        if (whole_columns < columns) one_by_one(0, r, whole_columns);
        one_by_one(r, rows, 0);
    }
}

/// The transpose of a whole panel's block, 16 x 16, whose rows lie one after another.
template <class Arch>
STRATA_NOINLINE void transpose_panel(const real_of<Arch>* in, real_of<Arch>* out) {
    if constexpr (!std::is_same_v<real_of<Arch>, float>) {
        transpose<Arch>(in, panel, panel, panel, out, panel);
    } else {
        constexpr std::size_t tall = lanes<Arch>;
#pragma GCC unroll 1
        for (std::size_t r = 0; r < panel; r += tall)
#pragma GCC unroll 4
            for (std::size_t c = 0; c < panel; c += detail::block_columns<tall>)
                detail::transpose_block<tall>(in + r * panel + c, panel, out + c * panel + r, panel);
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
