// Philox4x32-10, a counter-based generator of random numbers, and uniform numbers made of them: Salmon, Moraes, Dror, Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"
#include "strata/meta/machine.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

constexpr std::uint32_t low_half(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high_half(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

/// Blocks first to first + Count - 1, of four words each, side by side: compilers turn them into vectors. Arch keeps units of
/// different flags apart.
template <class Arch, std::size_t Count>
constexpr void philox_blocks(std::uint64_t key, std::uint64_t stream, std::uint64_t first,
                             std::uint32_t* words) {
    std::uint32_t c[4][Count]{};
    for (std::size_t b = 0; b < Count; ++b) {
        c[0][b] = low_half(first + b);
        c[1][b] = high_half(first + b);
        c[2][b] = low_half(stream);
        c[3][b] = high_half(stream);
    }
    std::uint32_t k0 = low_half(key);
    std::uint32_t k1 = high_half(key);
    for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 1 // unrolled first, GCC does not vectorise it
        for (std::size_t b = 0; b < Count; ++b) {
            const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c[0][b];
            const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c[2][b];
            c[0][b] = high_half(p1) ^ c[1][b] ^ k0;
            c[1][b] = low_half(p1);
            c[2][b] = high_half(p0) ^ c[3][b] ^ k1;
            c[3][b] = low_half(p0);
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (std::size_t b = 0; b < Count; ++b)
        for (std::size_t k = 0; k < 4; ++k) words[4 * b + k] = c[k][b];
}

/// A float in [0, 1) of 32 random bits, a multiple of 2^-24.
constexpr float unit_number(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }

/// values[i] = min(most, low + range u) for the numbers u in [0, 1) from 4 first_block on, and shift more. The sum is made in
/// Wide, and rounded after that: where its product is exact there, it is all the same whether an instruction set adds to
/// products before they are rounded.
template <class Arch, class Wide = real_of<Arch>>
STRATA_NOINLINE void fill_uniform(std::size_t count, real_of<Arch>* values, std::uint64_t key,
                                  std::uint64_t stream, std::uint64_t first_block,
                                  std::type_identity_t<Wide> low, std::type_identity_t<Wide> range,
                                  real_of<Arch> most, real_of<Arch> shift) {
    constexpr std::size_t at_once = 32;
    std::uint32_t words[4 * at_once];
    for (std::size_t i = 0; i < count; i += 4 * at_once) {
        philox_blocks<Arch, at_once>(key, stream, first_block + i / 4, words);
        const std::size_t now = std::min(4 * at_once, count - i);
        for (std::size_t k = 0; k < now; ++k)
            values[i + k] =
                std::min(most, static_cast<real_of<Arch>>(low + range * unit_number(words[k]))) + shift;
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
