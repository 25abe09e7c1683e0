// The padding of a matrix in panels of 16 columns (see kernels/gemm.hpp): the end of each line of its last panel.
#pragma once

#include "strata/kernels/simd.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace strata::kernels {

/// Makes the padding of a matrix zero. Returns whether a number other than 0 was in there; a NaN is none, since
/// products of infinities leave those.
template <class Arch>
[[gnu::noinline]] bool clear_panel_padding(std::size_t rows, std::size_t columns, float* matrix) {
    const std::size_t used = columns % panel;
    if (used == 0) return false;
    std::array<std::uint32_t, panel> keep{};
    for (std::size_t i = 0; i < used; ++i) keep[i] = 0xffffffffu;
    constexpr std::uint32_t magnitude = 0x7fffffff;
    constexpr std::uint32_t infinity = 0x7f800000;
    std::array<std::uint32_t, panel> found{};
    float* line = matrix + columns / panel * rows * panel;
    for (std::size_t r = 0; r < rows; ++r, line += panel) {
        std::array<std::uint32_t, panel> bits;
        std::memcpy(bits.data(), line, sizeof bits);
        for (std::size_t i = 0; i < panel; ++i) {
            found[i] |= std::uint32_t{(bits[i] & ~keep[i] & magnitude) - 1 < infinity};
            bits[i] &= keep[i];
        }
        std::memcpy(line, bits.data(), sizeof bits);
    }
    std::uint32_t any = 0;
    for (const std::uint32_t each : found) any |= each;
    return any != 0;
}

} // namespace strata::kernels
