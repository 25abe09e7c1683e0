// Counter-based random numbers: the n-th number is computed from (seed, stream, n), so that results do not
// depend on order, threads, platforms or standard libraries. Philox4x32-10: see kernels/philox.hpp.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/philox.hpp"
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
        : key_{s.value}, stream_{stream} {}

    /// Numbers 4 i to 4 i + 3 of the stream.
    [[nodiscard]] constexpr std::array<std::uint32_t, 4> block(std::uint64_t i) const {
        std::array<std::uint32_t, 4> words{};
        kernels::philox_blocks<void, 1>(key_, stream_, i, words.data());
        return words;
    }

    /// Number i of the stream.
    [[nodiscard]] constexpr std::uint32_t operator[](std::uint64_t i) const { return block(i / 4)[i % 4]; }

    /// Number i as a float in [0, 1), a multiple of 2^-24.
    [[nodiscard]] constexpr float uniform(std::uint64_t i) const { return unit((*this)[i]); }

    /// A whole number in [0, bound), from number i: multiplied and cut, so biased by less than bound / 2^32.
    [[nodiscard]] constexpr std::uint32_t below(std::uint64_t i, std::uint32_t bound) const {
        return kernels::high_half(std::uint64_t{(*this)[i]} * bound);
    }

    /// A float in [0, 1) of 32 random bits.
    static constexpr float unit(std::uint32_t bits) { return kernels::unit_number(bits); }

private:
    std::uint64_t key_;
    std::uint64_t stream_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
