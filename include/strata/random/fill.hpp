// Filling memory with random numbers, and shuffling.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/philox.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/random/philox.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// A number cut to its first 29 bits, towards 0.
constexpr double cut_to_29_bits(double x) {
    constexpr std::uint64_t cut_off = (std::uint64_t{1} << 24) - 1;
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~cut_off);
}

} // namespace detail

/// Fills with uniform numbers from [low, high): numbers 4 * first_block and following of the stream. The same bits on every
/// machine.
template <class Arch = arch>
void fill_uniform(std::span<real_of<Arch>> values, real_of<Arch> low, real_of<Arch> high, seed s,
                  std::uint64_t stream = streams::noise, std::uint64_t first_block = 0) {
    const real_of<Arch> most = std::nextafter(high, low); // rounding may give high itself
    if (low == 0)
        return kernels::fill_uniform<Arch>(values.size(), values.data(), s.value, stream, first_block, low,
                                           high, most, 0);
    const double least = low; // of two floats even the distance from -3e38 to 3e38 is finite in double
    // 29 bits times 24 are exact in double.
    kernels::fill_uniform<Arch, double>(values.size(), values.data(), s.value, stream, first_block, least,
                                        detail::cut_to_29_bits(high - least), most, 0);
}

namespace detail {

inline void shuffle(std::uint32_t* values, std::size_t count, seed s, std::uint64_t stream) {
    const philox random{s, stream};
    for (std::size_t i = count; i > 1; --i)
        std::swap(values[i - 1], values[random.below(i, static_cast<std::uint32_t>(i))]);
}

} // namespace detail

/// Puts the values in random order (Fisher and Yates).
inline void shuffle(std::span<std::uint32_t> values, seed s, std::uint64_t stream = streams::shuffle) {
    detail::shuffle(values.data(), values.size(), s, stream);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
