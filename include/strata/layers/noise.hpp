// What layers that draw random numbers share: the numbers of one row, piece by piece.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/random/fill.hpp"
#include "strata/random/normal.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace strata::inline STRATA_TARGET::detail {

/// Values drawn at a time; a multiple of four.
inline constexpr std::size_t draw_size = 256;

/// Calls f(first, values) for pieces of a row of `width` random numbers: fill(values, seed, stream, block)
/// makes them. The same source, row and width give the same numbers, forwards and backwards.
template <class Arch, class Fill, class Function>
void for_each_draw(const noise_source& source, std::size_t row, std::size_t width, const Fill& fill,
                   Function&& f) {
    real_of<Arch> values[draw_size];
    const std::uint64_t row_begin = (source.pass << 32) + (source.first_row + row) * ((width + 3) / 4);
    for (std::size_t first = 0; first < width; first += draw_size) {
        const std::span<real_of<Arch>> now{values, std::min(draw_size, width - first)};
        fill(now, seed{source.seed}, source.stream, row_begin + first / 4);
        f(first, now);
    }
}

/// The layer does nothing: its values, or its gradients, go where they belong.
template <class Real>
void pass_on(const padded_rows<const Real>& from, const padded_rows<Real>& to) {
    if (from.data != to.data) copy_rows(static_cast<basic_rows_view<Real>>(from), to);
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
