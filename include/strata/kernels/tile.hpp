// The register tile: the one loop in which all dense and convolution arithmetic happens.
#pragma once

#include "strata/kernels/simd.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

namespace strata::kernels {

/// How a tile walks its operands: `samples` times `segments` runs of `length` steps. A step multiplies one
/// float of every row of A with one panel row (16 floats) of B. Distances are in floats.
struct tile_walk {
    std::size_t samples = 1;
    std::size_t segments = 1;
    std::size_t length = 0;
    std::ptrdiff_t a_sample = 0;
    std::ptrdiff_t b_sample = 0;
    std::ptrdiff_t a_step = 1;
    std::ptrdiff_t a_segment = 0;
    std::ptrdiff_t b_step = panel;
    std::ptrdiff_t b_segment = 0;
    std::ptrdiff_t b_panel = 0; ///< from one panel of B to the next
};

/// The lower bound that bounds nothing.
inline constexpr float no_floor = -std::numeric_limits<float>::infinity();

/// What a tile's sums start from, and where they go.
struct tile_target {
    bool accumulate = false;     ///< add to what is at the target already; it must then hold whole panels
    const float* bias = nullptr; ///< else start from these, one a column (or from zero)
    float floor =
        -std::numeric_limits<float>::infinity(); ///< lower bound of what is stored: 0 makes it a relu
    std::ptrdiff_t c_panel = panel;              ///< from one panel of the target to the next
};

/// Rows of the tallest tile: as many as leave registers for one row of B and one broadcast.
template <class Arch>
inline constexpr std::size_t
    tile_rows = std::min<std::size_t>(12, (registers<Arch> - panel_vectors<Arch> - 1) / panel_vectors<Arch>);

/// Panels of the widest tile of this many rows: few rows need several to hide the latency of an addition.
template <class Arch>
constexpr std::size_t tile_panels(std::size_t rows) {
    const std::size_t accumulators = tile_rows<Arch> * panel_vectors<Arch>;
    return std::clamp<std::size_t>(accumulators / (rows * panel_vectors<Arch>), 1, 4);
}

/// C[r][p] = max(floor, start + sum over the walk of A[r] * B[p]) for Rows rows and Panels panels; of the
/// last panel only the first `last_columns` columns are written. Every element is one sum in one order,
/// whatever the tile's height, so a row's result does not depend on the rows beside it.
template <class Arch, std::size_t Rows, std::size_t Panels>
[[gnu::noinline]] void multiply_tile(const tile_walk& walk, const float* const* a, const float* b,
                                     const tile_target& target, float* const* c, std::size_t last_columns) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    constexpr std::size_t wide = Panels * vectors;
    vec<Arch> sum[Rows][wide];
    const auto column = [](std::size_t v) { return v % vectors * lanes<Arch>; };

    if (target.accumulate)
        unroll<Rows>([&](auto r) {
            unroll<wide>([&](auto v) {
                sum[r][v] = load<Arch>(c[r] + std::ptrdiff_t(v / vectors) * target.c_panel + column(v));
            });
        });
    else
        unroll<wide>([&](auto v) {
            const vec<Arch> start =
                target.bias != nullptr ? load<Arch>(target.bias + v * lanes<Arch>) : vec<Arch>(0.0f);
            unroll<Rows>([&](auto r) { sum[r][v] = start; });
        });

    const float* row[Rows];
    unroll<Rows>([&](auto r) { row[r] = a[r]; });
    // Positions move on by what is left of a segment or a sample, which costs less than working them out
    // anew.
    const auto length = std::ptrdiff_t(walk.length);
    const auto segments = std::ptrdiff_t(walk.segments);
    const std::ptrdiff_t a_to_segment = walk.a_segment - length * walk.a_step;
    const std::ptrdiff_t b_to_segment = walk.b_segment - length * walk.b_step;
    const std::ptrdiff_t a_to_sample = walk.a_sample - segments * walk.a_segment;
    const std::ptrdiff_t b_to_sample = walk.b_sample - segments * walk.b_segment;
    std::ptrdiff_t at = 0;
    std::ptrdiff_t b_at = 0;
    for (std::size_t sample = 0; sample < walk.samples; ++sample) {
        for (std::ptrdiff_t segment = 0; segment < segments; ++segment) {
// Unrolled further, Clang runs out of registers.
#pragma GCC unroll 1
            for (std::ptrdiff_t step = 0; step < length; ++step) {
                vec<Arch> right[wide];
                unroll<wide>([&](auto v) {
                    right[v] = load<Arch>(b + b_at + std::ptrdiff_t(v / vectors) * walk.b_panel + column(v));
                });
                unroll<Rows>([&](auto r) {
                    const vec<Arch> left(row[r][at]);
                    unroll<wide>([&](auto v) { sum[r][v] = multiply_add<Arch>(left, right[v], sum[r][v]); });
                });
                at += walk.a_step;
                b_at += walk.b_step;
            }
            at += a_to_segment;
            b_at += b_to_segment;
        }
        at += a_to_sample;
        b_at += b_to_sample;
    }

    // max(floor, sum) in this order keeps a NaN: the instruction returns its second operand then.
    const vec<Arch> floor(target.floor);
    unroll<Rows>([&](auto r) {
        unroll<Panels>([&](auto p) {
            float* to = c[r] + std::ptrdiff_t(p) * target.c_panel;
            if (p + 1 < Panels || last_columns >= panel) {
                unroll<vectors>([&](auto v) {
                    xsimd::max(floor, sum[r][p * vectors + v]).store_unaligned(to + v * lanes<Arch>);
                });
            } else {
                alignas(64) float whole[panel];
                unroll<vectors>([&](auto v) {
                    xsimd::max(floor, sum[r][p * vectors + v]).store_aligned(whole + v * lanes<Arch>);
                });
                std::copy_n(whole, last_columns, to);
            }
        });
    });
}

template <class Arch>
using tile_function = void (*)(const tile_walk&, const float* const*, const float*, const tile_target&,
                               float* const*, std::size_t);

namespace detail {
template <class Arch, std::size_t... I>
constexpr auto wide_tiles(std::index_sequence<I...>) {
    return std::array<tile_function<Arch>, sizeof...(I)>{
        &multiply_tile<Arch, I + 1, tile_panels<Arch>(I + 1)>...};
}
template <class Arch, std::size_t... I>
constexpr auto narrow_tiles(std::index_sequence<I...>) {
    return std::array<tile_function<Arch>, sizeof...(I)>{&multiply_tile<Arch, I + 1, 1>...};
}
} // namespace detail

/// Runs `rows` (1 to tile_rows) rows against all columns, as many panels at a time as the rows leave
/// registers for.
template <class Arch>
[[gnu::noinline]] void multiply_rows(std::size_t rows, const tile_walk& walk, const float* const* a,
                                     const float* b, const tile_target& target, float* const* c,
                                     std::size_t columns) {
    static constexpr auto wide = detail::wide_tiles<Arch>(std::make_index_sequence<tile_rows<Arch>>{});
    static constexpr auto narrow = detail::narrow_tiles<Arch>(std::make_index_sequence<tile_rows<Arch>>{});
    const std::size_t at_once = tile_panels<Arch>(rows);
    const std::size_t panels = (columns + panel - 1) / panel;
    float* to[tile_rows<Arch>];
    std::copy_n(c, rows, to);
    tile_target part = target;
    for (std::size_t p = 0; p < panels;) {
        const bool whole = p + at_once <= panels;
        const std::size_t step = whole ? at_once : 1;
        const std::size_t last = columns - (p + step - 1) * panel;
        (whole ? wide : narrow)[rows - 1](walk, a, b, part, to, last);
        for (std::size_t r = 0; r < rows; ++r) to[r] += std::ptrdiff_t(step) * target.c_panel;
        b += std::ptrdiff_t(step) * walk.b_panel;
        if (part.bias != nullptr) part.bias += step * panel;
        p += step;
    }
}

/// Cuts `count` rows into the fewest tiles, all of nearly the same height, and calls f(first row, rows) for
/// each.
template <class Arch, class Function>
void for_each_tile(std::size_t count, Function&& f) {
    const std::size_t tiles = (count + tile_rows<Arch> - 1) / tile_rows<Arch>;
    for (std::size_t tile = 0, first = 0; tile < tiles; ++tile) {
        const std::size_t rows = (count - first + (tiles - tile) - 1) / (tiles - tile);
        f(first, rows);
        first += rows;
    }
}

} // namespace strata::kernels
