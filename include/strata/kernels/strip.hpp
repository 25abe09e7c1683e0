// Strips of rows, and the tiles that they are cut into.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/single_row.hpp"
#include "strata/kernels/tile.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels {

/// Rows of a strip: what one call of multiply_rows takes at most.
inline constexpr std::size_t strip_rows = 96;

/// Heights of tiles from half the tallest on are multiples of this: each height costs compile time.
template <class Arch>
inline constexpr std::size_t tile_step = tile_rows<Arch> == 12 ? 2 : 1;

/// Rows of a tile of the one panel that is left where tiles take several: 8 sums hide the latency of an
/// addition, so that fewer would not be faster.
template <class Arch>
inline constexpr std::size_t narrow_rows =
    std::min(tile_rows<Arch>, std::max<std::size_t>(1, 8 / panel_vectors<Arch>));

/// Whether multiply_rows has tiles of this many rows and several panels.
template <class Arch>
constexpr bool is_tile_height(std::size_t rows) {
    return 2 * rows < tile_rows<Arch> || rows % tile_step<Arch> == 0;
}

/// Panels of the widest tile of this many rows. Heights that multiply_rows may mix (from half the tallest on)
/// have the same; fewer rows need several panels to hide the latency of an addition, a single one as many as
/// can be had.
template <class Arch>
constexpr std::size_t tile_panels(std::size_t rows) {
    if (rows == 1) return single_row_panels<Arch>;
    const std::size_t of_rows = 2 * rows >= tile_rows<Arch> ? tile_rows<Arch> : rows;
    return std::clamp<std::size_t>(tile_sums<Arch> / (of_rows * panel_vectors<Arch>), 1, 4);
}

template <class Arch>
using tiles_function = void (*)(std::size_t, const tile_walk&, const real_of<Arch>* const*,
                                const real_of<Arch>*, const tile_epilogue<Arch>&, real_of<Arch>* const*,
                                std::ptrdiff_t, std::size_t);

namespace detail {

/// The widest tile of this many rows, where there is one.
template <class Arch, std::size_t Rows>
constexpr tiles_function<Arch> wide_tile() {
    if constexpr (is_tile_height<Arch>(Rows))
        return &multiply_tiles<Arch, Rows, tile_panels<Arch>(Rows)>;
    else
        return nullptr;
}

/// The widest tiles of 2, 3, ... rows.
template <class Arch, std::size_t... I>
constexpr auto wide_tiles(std::index_sequence<I...>) {
    return std::array<tiles_function<Arch>, sizeof...(I)>{wide_tile<Arch, I + 2>()...};
}

/// multiply_tiles for tiles of `rows` rows: they take tile_panels(rows) panels, or of one row any number up to that.
template <class Arch>
void multiply_wide_tiles(std::size_t rows, std::size_t panels, std::size_t tiles, const tile_walk& walk,
                         const real_of<Arch>* const* a, const real_of<Arch>* b,
                         const tile_epilogue<Arch>& target, real_of<Arch>* const* c, std::ptrdiff_t c_at,
                         std::size_t last_columns) {
    if constexpr (tile_rows<Arch> > 1) {
        static constexpr auto wide = wide_tiles<Arch>(std::make_index_sequence<tile_rows<Arch> - 1>{});
        if (rows > 1) return wide[rows - 2](tiles, walk, a, b, target, c, c_at, last_columns);
    }
    // What all widths share costs the smallest products a tenth.
    if (panels == 1)
        multiply_tiles<Arch, 1, 1>(tiles, walk, a, b, target, c, c_at, last_columns);
    else
        multiply_single_rows<Arch>(panels, tiles, walk, a, b, target, c, c_at, last_columns);
}

} // namespace detail

/// Runs `rows` (1 to strip_rows) rows against all columns, in the fewest tiles, all of nearly the same
/// height, and as many panels at a time as there are registers for. These go through all the rows before the
/// next come: it is what stays in the cache. A single row has few sums in a panel: its tiles are all of
/// nearly the same width.
///
/// `a` and `c` have room for strip_rows pointers. The last row stands in for those that a tile lacks, which
/// computes and stores it again; its pointers are written after it.
template <class Arch>
STRATA_NOINLINE void multiply_rows(std::size_t rows, const tile_walk& walk, const real_of<Arch>** a,
                                   const real_of<Arch>* b, tile_epilogue<Arch> target, real_of<Arch>** c,
                                   std::size_t columns) {
    const std::size_t unit = 2 * rows < tile_rows<Arch> ? 1 : tile_step<Arch>;
    const std::size_t units = (rows + unit - 1) / unit;
    const std::size_t tiles = (rows + tile_rows<Arch> - 1) / tile_rows<Arch>;
    // Units of a tile; 64 bits would be divided by a number that the compiler does not know several times slower.
    const std::size_t high = tiles == 1 ? units : std::uint32_t(units + tiles - 1) / std::uint32_t(tiles);
    const std::size_t low_tiles = tiles * high - units; // tiles of a unit less
    const std::size_t high_tiles = tiles - low_tiles;
    const std::size_t height = high * unit;
    const std::size_t at_once = tile_panels<Arch>(height);
    const std::size_t panels = (columns + panel - 1) / panel;
    constexpr std::size_t narrow = narrow_rows<Arch>;
    const std::size_t narrow_tiles = (rows + narrow - 1) / narrow;
    for (std::size_t r = rows; r < std::max(units * unit, narrow_tiles * narrow); ++r) {
        a[r] = a[rows - 1];
        c[r] = c[rows - 1];
    }

    std::size_t now = 1;
    for (std::size_t p = 0; p < panels; p += now) {
        const std::size_t left = panels - p;
        now = left >= at_once ? at_once : height == 1 ? left : 1;
        if (height == 1 && left > at_once) // tiles of nearly the same width
            now = std::uint32_t(left) /
                  std::uint32_t((left + single_row_panels<Arch> - 1) / single_row_panels<Arch>);
        const std::size_t last = columns - (p + now - 1) * panel;
        const std::ptrdiff_t c_at = std::ptrdiff_t(p) * target.c_panel;
        if (now < at_once && height > 1) {
            multiply_tiles<Arch, narrow, 1>(narrow_tiles, walk, a, b, target, c, c_at, last);
        } else {
            detail::multiply_wide_tiles<Arch>(height, now, high_tiles, walk, a, b, target, c, c_at, last);
            if (low_tiles > 0)
                detail::multiply_wide_tiles<Arch>(height - unit, now, low_tiles, walk,
                                                  a + high_tiles * height, b, target, c + high_tiles * height,
                                                  c_at, last);
        }
        b += std::ptrdiff_t(now) * walk.b_panel;
        if (target.bias != nullptr) target.bias += now * panel;
    }
}

/// Points at `count` rows, which lie `step` apart from `first` on.
template <class Real>
STRATA_NOINLINE void point_at_rows(std::size_t count, Real** rows, Real* first, std::size_t step) {
    for (std::size_t r = 0; r < count; ++r) rows[r] = first + r * step;
}

/// Points at the rows of A and C. Inlined, since small products take as long as a call.
template <class Real>
void point_at_rows(std::size_t count, const Real** a, const Real* first_a, std::size_t step_a, Real** c,
                   Real* first_c, std::size_t step_c) {
    for (std::size_t r = 0; r < count; ++r) {
        a[r] = first_a + r * step_a;
        c[r] = first_c + r * step_c;
    }
}

/// Points at what lies `distance` behind each row.
template <class Real>
STRATA_NOINLINE void move_rows(std::size_t count, Real** rows, std::size_t distance) {
    for (std::size_t r = 0; r < count; ++r) rows[r] += distance;
}

/// Cuts `count` rows into strips, and calls f(first row, rows) for each.
template <class Function>
void for_each_strip(std::size_t count, Function&& f) {
    for (std::size_t first = 0; first < count; first += strip_rows)
        f(first, std::min(strip_rows, count - first));
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
