// The register tile: the one loop in which all dense and convolution arithmetic happens.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/simd.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::kernels {

/// How a tile walks its operands: `segments` runs of `length` steps. A step multiplies one float of every row
/// of A with one panel row (16 floats) of B. Distances are in floats.
struct tile_walk {
    std::size_t segments = 1;
    std::size_t length = 0;
    std::ptrdiff_t a_step = 1;
    std::ptrdiff_t a_segment = 0;
    std::ptrdiff_t b_step = panel; ///< not 0
    std::ptrdiff_t b_segment = 0;
    std::ptrdiff_t b_panel = 0; ///< from one panel of B to the next (in dot.hpp: one column)
};

/// What a tile's sums start from, and what is done to them as they are stored: its prologue and epilogue.
struct tile_epilogue {
    bool accumulate = false;     ///< add to what is at the target already; it must then hold whole panels
    const float* bias = nullptr; ///< else start from these, one a column (or from zero)
    bool relu = false;           ///< what is below 0 is stored as 0
    /// How far from the target, in the same block, a relu's outputs lie: where they are not above 0, 0 is
    /// stored, which makes it the gradient of that relu's input. 0: there is no mask.
    std::ptrdiff_t relu_mask = 0;
    std::ptrdiff_t c_panel = panel; ///< from one panel of the target to the next
};

/// Sums that a tile holds in registers: what leaves some for a row of B and one broadcast.
template <class Arch>
inline constexpr std::size_t tile_sums = registers<Arch> / 4 * 3;

/// Rows of the tallest tile.
template <class Arch>
inline constexpr std::size_t tile_rows = std::min<std::size_t>(12, tile_sums<Arch> / panel_vectors<Arch>);

/// Stores the first `columns` of rows of 16 floats, or 0 where a relu's mask is not above 0.
template <class Arch>
[[gnu::noinline]] void store_columns(std::size_t rows, std::size_t columns, const float* from,
                                     std::ptrdiff_t relu_mask, float* const* c, std::ptrdiff_t c_at) {
    for (std::size_t r = 0; r < rows; ++r, from += panel) {
        float* to = c[r] + c_at;
        for (std::size_t i = 0; i < columns; ++i)
            to[i] = relu_mask != 0 && !(to[std::ptrdiff_t(i) + relu_mask] > 0.0f) ? 0.0f : from[i];
    }
}

/// Has GCC read what `p` points to anew. Clang does so by itself where registers are short.
[[gnu::always_inline]] inline void forget_copies([[maybe_unused]] const float* const*& p) {
#if !defined(__clang__)
    asm volatile("" : "+r"(p));
#endif
}

/// C[r][p] = start + the sum over the walk of A[r] * B[p], through a relu or a relu's mask if wanted, for `tiles`
/// tiles of Rows rows each, one after another, and Panels panels; of the last panel only the first
/// `last_columns` columns are written. Every element is one sum in one order, whatever the tile's height, so
/// a row's result does not depend on the rows beside it.
template <class Arch, std::size_t Rows, std::size_t Panels>
[[gnu::noinline, gnu::flatten]] void
multiply_tiles(std::size_t tiles, const tile_walk& walk, const float* const* a, const float* b,
               const tile_epilogue& target, float* const* c, std::ptrdiff_t c_at, std::size_t last_columns) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    constexpr std::size_t wide = Panels * vectors;
    const auto column = [](std::size_t v) { return v % vectors * lanes<Arch>; };
    const auto length = std::ptrdiff_t(walk.length);
    const auto segments = std::ptrdiff_t(walk.segments);
    // Positions move on by what is left of a segment, which costs less than working them out anew.
    const std::ptrdiff_t a_step = walk.a_step;
    const std::ptrdiff_t b_step = walk.b_step;
    const std::ptrdiff_t b_panel = walk.b_panel;
    const std::ptrdiff_t a_to_segment = walk.a_segment - length * a_step;
    const std::ptrdiff_t b_run = length * b_step;
    const std::ptrdiff_t b_to_segment = walk.b_segment - b_run;
    const std::ptrdiff_t c_panel = target.c_panel;

    for (std::size_t tile = 0; tile < tiles; ++tile, a += Rows, c += Rows) {
        vec<Arch> sum[Rows][wide];
        if (target.accumulate)
            unroll<Rows>([&](auto r) {
                unroll<wide>([&](auto v) {
                    sum[r][v] = load<Arch>(c[r] + c_at + std::ptrdiff_t(v / vectors) * c_panel + column(v));
                });
            });
        else if (target.bias != nullptr)
            unroll<wide>([&](auto v) {
                const vec<Arch> start = load<Arch>(target.bias + v * lanes<Arch>);
                unroll<Rows>([&](auto r) { sum[r][v] = start; });
            });
        else
            unroll<wide>([&](auto v) { unroll<Rows>([&](auto r) { sum[r][v] = vec<Arch>(0.0f); }); });

        // The pointers to more rows than 9 do not fit the registers: GCC would keep some in vector registers,
        // from where they come back behind the arithmetic. Those are read again in every step.
        constexpr std::size_t kept = Rows <= 9 ? Rows : 6;
        const float* row[kept];
        unroll<kept>([&](auto r) { row[r] = a[r]; });
        std::ptrdiff_t at = 0;
        const float* right_at = b;
        for (std::ptrdiff_t segment = 0; segment < segments; ++segment) {
            const float* const right_end = right_at + b_run;
// Unrolled further, Clang runs out of registers.
#pragma GCC unroll 1
            while (right_at != right_end) {
                vec<Arch> right[wide];
                unroll<wide>([&](auto v) {
                    right[v] = load<Arch>(right_at + std::ptrdiff_t(v / vectors) * b_panel + column(v));
                });
                const float* const* others = a;
                if constexpr (kept < Rows) forget_copies(others);
                unroll<Rows>([&](auto r) {
                    const vec<Arch> left((r < kept ? row[r % kept] : others[r])[at]);
                    unroll<wide>([&](auto v) { sum[r][v] = multiply_add<Arch>(left, right[v], sum[r][v]); });
                });
                at += a_step;
                right_at += b_step;
            }
            at += a_to_segment;
            right_at += b_to_segment;
        }

        if (target.relu) {
            // max(0, sum) in this order keeps a NaN: the instruction returns its second operand then.
            const vec<Arch> zero(0.0f);
            unroll<Rows>([&](auto r) { unroll<wide>([&](auto v) { sum[r][v] = max(zero, sum[r][v]); }); });
        }
        unroll<Panels>([&](auto p) __attribute__((always_inline)) {
            const std::ptrdiff_t panel_at = c_at + std::ptrdiff_t(p) * c_panel;
            if (p + 1 == Panels && last_columns < panel) {
                alignas(64) float whole[Rows][panel];
                unroll<Rows>([&](auto r) {
                    unroll<vectors>(
                        [&](auto v) { sum[r][p * vectors + v].store_aligned(whole[r] + v * lanes<Arch>); });
                });
                store_columns<Arch>(Rows, last_columns, whole[0], target.relu_mask, c, panel_at);
                return;
            }
            if (target.relu_mask != 0)
                unroll<Rows>([&](auto r) {
                    unroll<vectors>([&](auto v) {
                        const vec<Arch> open = load<Arch>(c[r] + panel_at + v * lanes<Arch> + target.relu_mask);
                        vec<Arch>& value = sum[r][p * vectors + v];
                        value = select(open > vec<Arch>(0.0f), value, vec<Arch>(0.0f));
                    });
                });
            unroll<Rows>([&](auto r) {
                unroll<vectors>([&](auto v) {
                    sum[r][p * vectors + v].store_unaligned(c[r] + panel_at + v * lanes<Arch>);
                });
            });
        });
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
