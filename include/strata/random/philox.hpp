// Counter-based random numbers: the n-th number is computed from (seed, stream, n), so that results do not
// depend on order, threads, platforms or standard libraries. Philox4x32-10: Salmon, Moraes, Dror, Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace strata::inline STRATA_TARGET {

/// What makes a run repeatable; its own type, so that it cannot be mistaken for a count.
struct seed {
    std::uint64_t value = 0; ///< any number
};

/// Streams keep the library's uses of one seed apart. Your own may start anywhere from `user` on.
namespace streams {
inline constexpr std::uint64_t weights = 0;                      ///< drawing a model's weights
inline constexpr std::uint64_t shuffle = std::uint64_t{1} << 32; ///< orders of samples
inline constexpr std::uint64_t noise = std::uint64_t{2}
                                       << 32; ///< what fill_normal and fill_uniform draw from
inline constexpr std::uint64_t layers = std::uint64_t{3} << 32; ///< noise of layers
inline constexpr std::uint64_t split = std::uint64_t{4} << 32;  ///< split()
inline constexpr std::uint64_t user = std::uint64_t{1} << 48;   ///< a program's own begin here
} // namespace streams

/// Random 32-bit numbers, addressed by their index.
class philox {
public:
    /// The numbers of one seed and stream.
    explicit constexpr philox(seed s, std::uint64_t stream = streams::user)
        : key_{low(s.value), high(s.value)}, stream_{stream} {}

    /// Numbers 4 first to 4 (first + Count) - 1: several blocks side by side, which compilers turn into
    /// vectors. Arch keeps units of different flags apart.
    template <class Arch, std::size_t Count>
    constexpr void blocks(std::uint64_t first, std::uint32_t* words) const {
        std::uint32_t c[4][Count]{};
        for (std::size_t b = 0; b < Count; ++b) {
            c[0][b] = low(first + b);
            c[1][b] = high(first + b);
            c[2][b] = low(stream_);
            c[3][b] = high(stream_);
        }
        std::uint32_t k0 = key_[0];
        std::uint32_t k1 = key_[1];
        for (int round = 0; round < 10; ++round) {
#pragma GCC unroll 1 // unrolled first, GCC does not vectorise it
            for (std::size_t b = 0; b < Count; ++b) {
                const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c[0][b];
                const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c[2][b];
                c[0][b] = high(p1) ^ c[1][b] ^ k0;
                c[1][b] = low(p1);
                c[2][b] = high(p0) ^ c[3][b] ^ k1;
                c[3][b] = low(p0);
            }
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        for (std::size_t b = 0; b < Count; ++b)
            for (std::size_t k = 0; k < 4; ++k) words[4 * b + k] = c[k][b];
    }

    /// Numbers 4 i to 4 i + 3 of the stream.
    [[nodiscard]] constexpr std::array<std::uint32_t, 4> block(std::uint64_t i) const {
        std::array<std::uint32_t, 4> words{};
        blocks<void, 1>(i, words.data());
        return words;
    }

    /// Number i of the stream.
    [[nodiscard]] constexpr std::uint32_t operator[](std::uint64_t i) const { return block(i / 4)[i % 4]; }

    /// Number i as a float in [0, 1), a multiple of 2^-24.
    [[nodiscard]] constexpr float uniform(std::uint64_t i) const { return unit((*this)[i]); }

    /// A whole number in [0, bound), from number i: multiplied and cut, so biased by less than bound / 2^32.
    [[nodiscard]] constexpr std::uint32_t below(std::uint64_t i, std::uint32_t bound) const {
        return high(std::uint64_t{(*this)[i]} * bound);
    }

    /// A float in [0, 1) of 32 random bits.
    static constexpr float unit(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }

private:
    static constexpr std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
    static constexpr std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

    std::array<std::uint32_t, 2> key_;
    std::uint64_t stream_;
};

namespace detail {

/// philox::blocks as a function of its own, for many numbers.
template <class Arch, std::size_t Count>
STRATA_NOINLINE void random_blocks(const philox& random, std::uint64_t first, std::uint32_t* words) {
    random.blocks<Arch, Count>(first, words);
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
