// The padding of a matrix in panels of 16 columns (see kernels/gemm.hpp): the end of each line of its last panel.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

/// Clears lines of 16 numbers from lane `used` on. Returns whether a number other than 0 was in there.
template <class Arch>
[[gnu::cold]] STRATA_NOINLINE bool clear_line_ends(std::size_t rows, std::size_t used, real_of<Arch>* lines) {
    using bits_type = std::make_unsigned_t<typename bits_of<real_of<Arch>>::integer>;
    bool numbers = false;
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = used; i < panel; ++i) {
            real_of<Arch>& x = lines[r * panel + i];
            const auto bits = static_cast<bits_type>(magnitude_bits(&x));
            numbers = numbers || bits - 1 < static_cast<bits_type>(bits_of<real_of<Arch>>::infinity);
            x = 0;
        }
    return numbers;
}

} // namespace detail

/// Makes the padding of a matrix zero. Returns whether a number other than 0 was in there; a NaN is none, since
/// products of infinities leave those. Padding that is zero already is only read.
template <class Arch>
STRATA_NOINLINE bool clear_panel_padding(std::size_t rows, std::size_t columns, real_of<Arch>* matrix) {
    using bits_type = std::make_unsigned_t<typename bits_of<real_of<Arch>>::integer>;
    constexpr std::size_t wide = std::min(lanes<Arch>, panel);
    using lanes_of_bits [[gnu::vector_size(wide * sizeof(bits_type))]] = bits_type;
    const std::size_t used = columns % panel;
    if (used == 0) return false;
    constexpr bits_type all = std::numeric_limits<bits_type>::max();
    // Read from lane 16 - used on, lanes from `used` on are all ones.
    static constexpr bits_type lines[2 * panel]{0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
                                                0,   0,   0,   0,   0,   all, all, all, all, all, all,
                                                all, all, all, all, all, all, all, all, all, all};
    lanes_of_bits beyond[panel / wide];
#pragma GCC unroll 16
    for (std::size_t k = 0; k < panel / wide; ++k)
        std::memcpy(&beyond[k], lines + panel - used + k * wide, sizeof beyond[k]);
    real_of<Arch>* const first = matrix + columns / panel * rows * panel;
    lanes_of_bits any{};
    for (std::size_t r = 0; r < rows; ++r)
#pragma GCC unroll 16
        for (std::size_t k = 0; k < panel / wide; ++k) {
            lanes_of_bits part;
            std::memcpy(&part, first + r * panel + k * wide, sizeof part);
            any |= part & beyond[k];
        }
    bits_type spoilt = 0;
#pragma GCC unroll 16
    for (std::size_t k = 0; k < wide; ++k) spoilt |= any[k];
    if (spoilt == 0) return false;
    return detail::clear_line_ends<Arch>(rows, used, first);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
