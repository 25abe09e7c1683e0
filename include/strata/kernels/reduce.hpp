// Sums of columns: bias gradients.
#pragma once

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace strata::kernels {

namespace detail {

/// Vectors vectors of columns, all whole, and as many rows at a time as make eight sums, which hide the
/// latency of an addition.
template <class Arch, std::size_t Vectors>
void add_whole_columns(std::size_t rows, const float* x, std::size_t stride, float* sums) {
    constexpr std::size_t at_once = 8 / Vectors;
    vec<Arch> total[at_once][Vectors];
    unroll<at_once>([&](auto k) { unroll<Vectors>([&](auto v) { total[k][v] = vec<Arch>(0.0f); }); });
    unroll<Vectors>([&](auto v) { total[0][v] = load<Arch>(sums + v * lanes<Arch>); });
    const std::size_t whole = rows / at_once * at_once;
    for (std::size_t r = 0; r < whole; r += at_once)
        unroll<at_once>([&](auto k) {
            unroll<Vectors>(
                [&](auto v) { total[k][v] += load<Arch>(x + (r + k) * stride + v * lanes<Arch>); });
        });
    for (std::size_t r = whole; r < rows; ++r)
        unroll<Vectors>([&](auto v) { total[0][v] += load<Arch>(x + r * stride + v * lanes<Arch>); });
    unroll<Vectors>([&](auto v) {
        unroll<at_once - 1>([&](auto k) { total[0][v] += total[k + 1][v]; });
        total[0][v].store_unaligned(sums + v * lanes<Arch>);
    });
}

/// All rows of a single column, which lie one after another.
template <class Arch>
float sum_of(std::size_t count, const float* x) {
    constexpr std::size_t sums = 4;
    vec<Arch> total[sums];
    unroll<sums>([&](auto v) { total[v] = vec<Arch>(0.0f); });
    std::size_t i = 0;
    for (; i + sums * lanes<Arch> <= count; i += sums * lanes<Arch>)
        unroll<sums>([&](auto v) { total[v] += load<Arch>(x + i + v * lanes<Arch>); });
    for (; i < count; i += lanes<Arch>) total[0] += load_some<Arch>(x + i, std::min(lanes<Arch>, count - i));
    return sum_of_lanes<Arch>((total[0] + total[1]) + (total[2] + total[3]));
}

} // namespace detail

/// sums[c] += the sum over r of x[r][c].
template <class Arch>
[[gnu::noinline]] void add_column_sums(std::size_t rows, std::size_t columns, const float* x,
                                       std::size_t stride, float* sums) {
    if (columns == 1 && stride == 1) {
        sums[0] += detail::sum_of<Arch>(rows, x);
        return;
    }
    std::size_t c = 0;
    const auto add = [&]<std::size_t Vectors>(std::integral_constant<std::size_t, Vectors>) {
        for (; c + Vectors * lanes<Arch> <= columns; c += Vectors * lanes<Arch>)
            detail::add_whole_columns<Arch, Vectors>(rows, x + c, stride, sums + c);
    };
    add(std::integral_constant<std::size_t, 4>{});
    add(std::integral_constant<std::size_t, 2>{});
    add(std::integral_constant<std::size_t, 1>{});
    if (c == columns) return;
    vec<Arch> total = load_some<Arch>(sums + c, columns - c);
    for (std::size_t r = 0; r < rows; ++r) total += load_some<Arch>(x + r * stride + c, columns - c);
    store_some<Arch>(total, sums + c, columns - c);
}

} // namespace strata::kernels
