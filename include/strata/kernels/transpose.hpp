// Transposition of small matrices, a square of 4 x 4 at a time.
#pragma once

#include <cstddef>
#include <cstring>

namespace strata::kernels {

namespace detail {

// The compilers' own vectors of four: xsimd's zip_lo means different things in different versions for 8
// lanes.
using four = float __attribute__((vector_size(16)));

inline four load_four(const float* p) {
    four v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

} // namespace detail

/// Transposes one square of 4 x 4 floats. Arch keeps symbols of units with other flags apart.
template <class Arch>
void transpose_square(const float* in, std::size_t in_stride, float* out, std::size_t out_stride) {
    const detail::four a = detail::load_four(in);
    const detail::four b = detail::load_four(in + in_stride);
    const detail::four c = detail::load_four(in + 2 * in_stride);
    const detail::four d = detail::load_four(in + 3 * in_stride);
    const detail::four ac_low = __builtin_shufflevector(a, c, 0, 4, 1, 5);
    const detail::four ac_high = __builtin_shufflevector(a, c, 2, 6, 3, 7);
    const detail::four bd_low = __builtin_shufflevector(b, d, 0, 4, 1, 5);
    const detail::four bd_high = __builtin_shufflevector(b, d, 2, 6, 3, 7);
    const detail::four columns[4] = {__builtin_shufflevector(ac_low, bd_low, 0, 4, 1, 5),
                                     __builtin_shufflevector(ac_low, bd_low, 2, 6, 3, 7),
                                     __builtin_shufflevector(ac_high, bd_high, 0, 4, 1, 5),
                                     __builtin_shufflevector(ac_high, bd_high, 2, 6, 3, 7)};
    for (std::size_t r = 0; r < 4; ++r) std::memcpy(out + r * out_stride, &columns[r], sizeof columns[r]);
}

/// out[c][r] = in[r][c] for every row and column. Strides are in floats; nothing outside the matrix is
/// touched.
template <class Arch>
[[gnu::noinline]] void transpose(const float* in, std::size_t in_stride, std::size_t rows,
                                 std::size_t columns, float* out, std::size_t out_stride) {
    const std::size_t whole_rows = rows / 4 * 4;
    const std::size_t whole_columns = columns / 4 * 4;
    const auto one_by_one = [&](std::size_t r, std::size_t first_column) {
        for (std::size_t c = first_column; c < columns; ++c) out[c * out_stride + r] = in[r * in_stride + c];
    };
    for (std::size_t r = 0; r < whole_rows; r += 4) {
        for (std::size_t c = 0; c < whole_columns; c += 4)
            transpose_square<Arch>(in + r * in_stride + c, in_stride, out + c * out_stride + r, out_stride);
        for (std::size_t edge = r; edge < r + 4; ++edge) one_by_one(edge, whole_columns);
    }
    for (std::size_t r = whole_rows; r < rows; ++r) one_by_one(r, 0);
}

} // namespace strata::kernels
