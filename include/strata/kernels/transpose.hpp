// Transposition of small matrices, four columns of a vector's rows at a time.
#pragma once

#include "strata/kernels/shuffle.hpp"
#include "strata/kernels/simd.hpp"

#include <cstddef>
#include <cstring>

namespace strata::kernels {

namespace detail {

/// Four floats from each of Lanes / 4 places, `distance` apart, one after another.
template <std::size_t Lanes>
[[gnu::always_inline]] inline raw<Lanes> load_fours(const float* p, std::size_t distance) {
    if constexpr (Lanes == 4) {
        return load_raw<4>(p);
    } else {
        constexpr std::size_t half = Lanes / 2;
        return join<half>(load_fours<half>(p, distance), load_fours<half>(p + half / 4 * distance, distance));
    }
}

/// In each four lanes of two vectors: their first two lanes in turn (a, b, a, b), or their last two.
template <std::size_t Lanes>
[[gnu::always_inline]] inline raw<Lanes> zip_first(const raw<Lanes>& a, const raw<Lanes>& b) {
    return shuffle<Lanes>(a, b, [](std::size_t i) { return i / 4 * 4 + i % 4 / 2 + i % 2 * Lanes; });
}
template <std::size_t Lanes>
[[gnu::always_inline]] inline raw<Lanes> zip_last(const raw<Lanes>& a, const raw<Lanes>& b) {
    return shuffle<Lanes>(a, b, [](std::size_t i) { return i / 4 * 4 + 2 + i % 4 / 2 + i % 2 * Lanes; });
}

/// Transposes Lanes rows of four columns.
template <class Arch, std::size_t Lanes>
[[gnu::always_inline]] inline void transpose_fours(const float* in, std::size_t in_stride, float* out,
                                                   std::size_t out_stride) {
    raw<Lanes> row[4]; // of each: this row, the fourth after it, ...
    for (std::size_t r = 0; r < 4; ++r) row[r] = load_fours<Lanes>(in + r * in_stride, 4 * in_stride);
    const raw<Lanes> even_first = zip_first<Lanes>(row[0], row[2]);
    const raw<Lanes> even_last = zip_last<Lanes>(row[0], row[2]);
    const raw<Lanes> odd_first = zip_first<Lanes>(row[1], row[3]);
    const raw<Lanes> odd_last = zip_last<Lanes>(row[1], row[3]);
    const raw<Lanes> columns[4] = {
        zip_first<Lanes>(even_first, odd_first), zip_last<Lanes>(even_first, odd_first),
        zip_first<Lanes>(even_last, odd_last), zip_last<Lanes>(even_last, odd_last)};
    for (std::size_t c = 0; c < 4; ++c) std::memcpy(out + c * out_stride, &columns[c], sizeof columns[c]);
}

} // namespace detail

/// out[c][r] = in[r][c] for every row and column. Strides are in floats; nothing outside the matrix is
/// touched.
template <class Arch>
[[gnu::noinline]] void transpose(const float* in, std::size_t in_stride, std::size_t rows,
                                 std::size_t columns, float* out, std::size_t out_stride) {
    constexpr std::size_t tall = lanes<Arch>;
    const std::size_t whole_columns = columns / 4 * 4;
    std::size_t r = 0;
    for (; r + tall <= rows; r += tall)
        for (std::size_t c = 0; c < whole_columns; c += 4)
            detail::transpose_fours<Arch, tall>(in + r * in_stride + c, in_stride, out + c * out_stride + r,
                                                out_stride);
    for (; r + 4 <= rows; r += 4)
        for (std::size_t c = 0; c < whole_columns; c += 4)
            detail::transpose_fours<Arch, 4>(in + r * in_stride + c, in_stride, out + c * out_stride + r,
                                             out_stride);
    const std::size_t whole_rows = r;
    for (r = 0; r < rows; ++r)
        for (std::size_t c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
            out[c * out_stride + r] = in[r * in_stride + c];
}

} // namespace strata::kernels
