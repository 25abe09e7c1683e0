// Filling memory with random numbers, and shuffling.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/simd.hpp"
#include "strata/random/philox.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// values[i] = f(number 4 * first_block + i of the stream).
template <class Arch, class Function>
void fill_from_numbers(std::span<real_of<Arch>> values, const philox& random, std::uint64_t first_block,
                       const Function& f) {
    constexpr std::size_t at_once = 32;
    std::uint32_t numbers[4 * at_once];
    for (std::size_t i = 0; i < values.size(); i += 4 * at_once) {
        random_blocks<Arch, at_once>(random, first_block + i / 4, numbers);
        const std::size_t now = std::min(4 * at_once, values.size() - i);
        for (std::size_t k = 0; k < now; ++k) values[i + k] = f(numbers[k]);
    }
}

} // namespace detail

/// Fills with uniform numbers from [low, high): numbers 4 * first_block and following of the stream.
template <class Arch = arch>
void fill_uniform(std::span<real_of<Arch>> values, real_of<Arch> low, real_of<Arch> high, seed s,
                  std::uint64_t stream = streams::noise, std::uint64_t first_block = 0) {
    const real_of<Arch> most = std::nextafter(high, low); // rounding may give high itself
    detail::fill_from_numbers<Arch>(values, philox{s, stream}, first_block, [&](std::uint32_t number) {
        return std::min(most, low + (high - low) * philox::unit(number));
    });
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
