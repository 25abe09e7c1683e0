// The padding of a matrix in panels of 16 columns (see kernels/gemm.hpp): the end of each line of its last panel.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

/// Makes the padding of a matrix zero. Returns whether a number other than 0 was in there; a NaN is none, since
/// products of infinities leave those. Padding that is zero already is only read.
template <class Arch>
STRATA_NOINLINE bool clear_panel_padding(std::size_t rows, std::size_t columns, real_of<Arch>* matrix) {
    using bits_type = std::make_unsigned_t<typename bits_of<real_of<Arch>>::integer>;
    using line_of_bits [[gnu::vector_size(panel * sizeof(bits_type))]] = bits_type;
    const std::size_t used = columns % panel;
    if (used == 0) return false;
    constexpr bits_type all = std::numeric_limits<bits_type>::max();
    // Read from lane 16 - used on, lanes from `used` on are all ones.
    static constexpr bits_type lines[2 * panel]{0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
                                                0,   0,   0,   0,   0,   all, all, all, all, all, all,
                                                all, all, all, all, all, all, all, all, all, all};
    line_of_bits beyond;
    std::memcpy(&beyond, lines + panel - used, sizeof beyond);
    real_of<Arch>* const first = matrix + columns / panel * rows * panel;
    line_of_bits any{};
    for (std::size_t r = 0; r < rows; ++r) {
        line_of_bits line;
        std::memcpy(&line, first + r * panel, sizeof line);
        any |= line & beyond;
    }
    std::uint64_t words[sizeof any / sizeof(std::uint64_t)];
    std::memcpy(words, &any, sizeof any);
    std::uint64_t spoilt = 0;
#pragma GCC unroll 16
    for (const std::uint64_t word : words) spoilt |= word;
    if (spoilt == 0) return false;
    bool numbers = false;
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = used; i < panel; ++i) {
            const auto bits = static_cast<bits_type>(magnitude_bits(first + r * panel + i));
            numbers = numbers || bits - 1 < static_cast<bits_type>(bits_of<real_of<Arch>>::infinity);
            first[r * panel + i] = 0.0f;
        }
    return numbers;
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
