// The tiles of a single row: one function for all widths, of which each has a loop of its own.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/tile.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

/// Panels of the widest tile of a single row: it needs several to hide the latency of an addition.
template <class Arch>
inline constexpr std::size_t single_row_panels =
    std::clamp<std::size_t>(tile_sums<Arch> / panel_vectors<Arch>, 1, 8);

/// multiply_tiles for tiles of one row and `panels` panels, 1 to single_row_panels.
template <class Arch>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
multiply_single_rows(std::size_t panels, std::size_t tiles, const tile_walk& walk,
                     const real_of<Arch>* const* a, const real_of<Arch>* b, const tile_epilogue<Arch>& target,
                     real_of<Arch>* const* c, std::ptrdiff_t c_at, std::size_t last_columns) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    constexpr std::size_t most = single_row_panels<Arch> * vectors;
    const auto length = std::ptrdiff_t(walk.length);
    const auto segments = std::ptrdiff_t(walk.segments);
    const std::ptrdiff_t a_step = walk.a_step;
    const std::ptrdiff_t b_step = walk.b_step;
    const std::ptrdiff_t b_panel = walk.b_panel;
    const std::ptrdiff_t a_to_segment = walk.a_segment - length * a_step;
    const std::ptrdiff_t b_run = length * b_step;
    const std::ptrdiff_t b_to_segment = walk.b_segment - b_run;
    const std::size_t wide = panels * vectors;
    const auto begin = [](std::size_t v, std::ptrdiff_t distance) __attribute__((always_inline)) {
        return std::ptrdiff_t(v / vectors) * distance + std::ptrdiff_t(v % vectors * lanes<Arch>);
    };

    for (std::size_t tile = 0; tile < tiles; ++tile) {
        static constexpr real_of<Arch> zeros[single_row_panels<Arch> * panel]{};
        const real_of<Arch>* const from = target.accumulate        ? c[tile] + c_at
                                          : target.bias != nullptr ? target.bias
                                                                   : zeros;
        const std::ptrdiff_t from_panel = target.accumulate ? target.c_panel : panel;
        vec<Arch> sum[most];
#pragma GCC unroll 32
        for (std::size_t v = 0; v < most; ++v) // beyond the last panel anything will do
            sum[v] = load<Arch>(from + (v < wide ? begin(v, from_panel) : 0));

        const real_of<Arch>* const row = a[tile];
        const auto add = [&](auto count) __attribute__((always_inline)) {
            constexpr std::size_t now = decltype(count)::value;
            if constexpr (now <= most) {
                std::ptrdiff_t at = 0;
                const real_of<Arch>* right_at = b;
                for (std::ptrdiff_t segment = 0; segment < segments; ++segment) {
                    const real_of<Arch>* const right_end = right_at + b_run;
#pragma GCC unroll 1
                    while (right_at != right_end) {
                        const vec<Arch> left(row[at]);
#pragma GCC unroll 32
                        for (std::size_t v = 0; v < now; ++v)
                            sum[v] =
                                multiply_add<Arch>(left, load<Arch>(right_at + begin(v, b_panel)), sum[v]);
                        at += a_step;
                        right_at += b_step;
                    }
                    at += a_to_segment;
                    right_at += b_to_segment;
                }
            }
        };
        switch (panels) {
        case 1: add(std::integral_constant<std::size_t, vectors>{}); break;
        case 2: add(std::integral_constant<std::size_t, 2 * vectors>{}); break;
        case 3: add(std::integral_constant<std::size_t, 3 * vectors>{}); break;
        case 4: add(std::integral_constant<std::size_t, 4 * vectors>{}); break;
        case 5: add(std::integral_constant<std::size_t, 5 * vectors>{}); break;
        case 6: add(std::integral_constant<std::size_t, 6 * vectors>{}); break;
        case 7: add(std::integral_constant<std::size_t, 7 * vectors>{}); break;
        default: add(std::integral_constant<std::size_t, 8 * vectors>{});
        }

        const vec<Arch> zero(0.0f);
        if (target.relu)
#pragma GCC unroll 32
            for (std::size_t v = 0; v < most; ++v) sum[v] = max(zero, sum[v]);
        if (target.relu_mask == 0 && last_columns >= panel) {
#pragma GCC unroll 32
            for (std::size_t v = 0; v < most; ++v) {
                if (v >= wide) break;
                sum[v].store_unaligned(c[tile] + c_at + begin(v, target.c_panel));
            }
        } else {
            alignas(64) real_of<Arch> whole[most * lanes<Arch>];
#pragma GCC unroll 32
            for (std::size_t v = 0; v < most; ++v) sum[v].store_aligned(whole + v * lanes<Arch>);
            store_columns<Arch>(1, 0, (panels - 1) * panel + std::min(panel, last_columns), whole, target,
                                c + tile, c_at);
        }
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
