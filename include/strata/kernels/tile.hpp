// The register tile: the one loop in which all dense and convolution arithmetic happens.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/vectors.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

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
template <class Arch>
struct tile_epilogue {
    bool accumulate = false; ///< add to what is at the target already; it must then hold whole panels
    const real_of<Arch>* bias = nullptr; ///< else start from these, one a column (or from zero)
    bool relu = false;                   ///< what is below 0 is stored as 0
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

/// Stores the first `columns` of rows of `wide` floats in panels, or 0 where a relu's mask is not above 0: what tiles do
/// themselves only for whole panels and without a mask.
template <class Arch>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
store_columns(std::size_t rows, std::size_t wide, std::size_t columns, const real_of<Arch>* from,
              const tile_epilogue<Arch>& target, real_of<Arch>* const* c, std::ptrdiff_t c_at) {
    for (std::size_t r = 0; r < rows; ++r, from += wide) {
        real_of<Arch>* to = c[r] + c_at;
        for (std::size_t i = 0; i < columns; i += panel, to += target.c_panel) {
            const std::size_t now = std::min(panel, columns - i);
            if (target.relu_mask == 0) {
#pragma GCC unroll 1
                for (std::size_t v = 0; v < now; v += lanes<Arch>)
                    store_some<Arch>(load_aligned<Arch>(from + i + v), to + v, now - v);
            } else if (now == panel) {
#pragma GCC unroll 1
                for (std::size_t v = 0; v < panel; v += lanes<Arch>)
                    select(load<Arch>(to + v + target.relu_mask) > vec<Arch>(0.0f),
                           load_aligned<Arch>(from + i + v), vec<Arch>(0.0f))
                        .store_unaligned(to + v);
            } else {
                for (std::size_t k = 0; k < now; ++k)
                    to[k] = to[std::ptrdiff_t(k) + target.relu_mask] > 0 ? from[i + k] : 0;
            }
        }
    }
}

/// Makes GCC read what `p` points to again. Clang does so by itself where registers are short.
template <class Real>
[[gnu::always_inline]] inline void forget_copies([[maybe_unused]] const Real* const*& p) {
#if !defined(__clang__)
    asm volatile("" : "+r"(p));
#endif
}

/// C[r][p] = start + the sum over the walk of A[r] * B[p], through a relu or a relu's mask if wanted, for `tiles`
/// tiles of Rows rows each, one after another, and Panels panels; of the last panel only the first
/// `last_columns` columns are written. Every element is one sum in one order, whatever the tile's height, so
/// a row's result does not depend on the rows beside it.
///
/// The loops over rows and vectors are unrolled, so that the sums stay in registers.
template <class Arch, std::size_t Rows, std::size_t Panels>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
multiply_tiles(std::size_t tiles, const tile_walk& walk, const real_of<Arch>* const* a,
               const real_of<Arch>* b, const tile_epilogue<Arch>& target, real_of<Arch>* const* c,
               std::ptrdiff_t c_at, std::size_t last_columns) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    constexpr std::size_t wide = Panels * vectors;
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
    // Where vector v of a row begins, from one panel to the next `distance` floats on.
    const auto begin = [](std::size_t v, std::ptrdiff_t distance) __attribute__((always_inline)) {
        return std::ptrdiff_t(v / vectors) * distance + std::ptrdiff_t(v % vectors * lanes<Arch>);
    };

    for (std::size_t tile = 0; tile < tiles; ++tile, a += Rows, c += Rows) {
        vec<Arch> sum[Rows][wide];
        if (target.accumulate) {
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
                for (std::size_t v = 0; v < wide; ++v)
                    sum[r][v] = load<Arch>(c[r] + c_at + begin(v, c_panel));
        } else {
#pragma GCC unroll 16
            for (std::size_t v = 0; v < wide; ++v) {
                vec<Arch> start(0.0f);
                if (target.bias != nullptr) start = load<Arch>(target.bias + v * lanes<Arch>);
#pragma GCC unroll 16
                for (std::size_t r = 0; r < Rows; ++r) sum[r][v] = start;
            }
        }

        // The pointers to more rows than 9 do not fit the registers: GCC would move some to vector registers and
        // back in every step. Those are read again in every step.
        constexpr std::size_t in_registers = Rows <= 9 ? Rows : 6;
        const real_of<Arch>* row[in_registers];
#pragma GCC unroll 16
        for (std::size_t r = 0; r < in_registers; ++r) row[r] = a[r];
        std::ptrdiff_t at = 0;
        const real_of<Arch>* right_at = b;
        for (std::ptrdiff_t segment = 0; segment < segments; ++segment) {
            const real_of<Arch>* const right_end = right_at + b_run;
// Unrolled further, Clang runs out of registers.
#pragma GCC unroll 1
            while (right_at != right_end) {
                vec<Arch> right[wide];
#pragma GCC unroll 16
                for (std::size_t v = 0; v < wide; ++v) right[v] = load<Arch>(right_at + begin(v, b_panel));
                const real_of<Arch>* const* others = a;
                if constexpr (in_registers < Rows) forget_copies(others);
#pragma GCC unroll 16
                for (std::size_t r = 0; r < Rows; ++r) {
                    const vec<Arch> left((r < in_registers ? row[r % in_registers] : others[r])[at]);
#pragma GCC unroll 16
                    for (std::size_t v = 0; v < wide; ++v)
                        sum[r][v] = multiply_add<Arch>(left, right[v], sum[r][v]);
                }
                at += a_step;
                right_at += b_step;
            }
            at += a_to_segment;
            right_at += b_to_segment;
        }

        if (target.relu) {
            const vec<Arch> zero(0.0f);
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
                // In this order a NaN stays one: the instruction returns its second operand then.
                for (std::size_t v = 0; v < wide; ++v) sum[r][v] = max(zero, sum[r][v]);
        }
        if (target.relu_mask == 0 && last_columns >= panel) {
#pragma GCC unroll 16
            for (std::size_t v = 0; v < wide; ++v)
#pragma GCC unroll 16
                for (std::size_t r = 0; r < Rows; ++r)
                    sum[r][v].store_unaligned(c[r] + c_at + begin(v, c_panel));
        } else {
            alignas(64) real_of<Arch> whole[Rows][Panels * panel];
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
                for (std::size_t v = 0; v < wide; ++v) sum[r][v].store_aligned(whole[r] + v * lanes<Arch>);
            store_columns<Arch>(Rows, Panels * panel, (Panels - 1) * panel + std::min(panel, last_columns),
                                whole[0], target, c, c_at);
        }
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
