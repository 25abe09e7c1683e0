// Filling memory with random numbers, and shuffling.
#pragma once

#include "strata/random/philox.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace strata {

/// Fills with uniform numbers from [low, high): numbers 4 * first_block and following of the stream.
inline void fill_uniform(std::span<float> values, float low, float high, seed s,
                         std::uint64_t stream = streams::noise, std::uint64_t first_block = 0) {
    const philox random{s, stream};
    const float most = std::nextafter(high, low); // rounding may give high itself
    for (std::size_t i = 0; i < values.size(); i += 4) {
        const auto four = random.block(first_block + i / 4);
        for (std::size_t k = 0; k < std::min<std::size_t>(4, values.size() - i); ++k)
            values[i + k] = std::min(most, low + (high - low) * philox::unit(four[k]));
    }
}

/// Puts the values in random order (Fisher and Yates).
inline void shuffle(std::span<std::uint32_t> values, seed s, std::uint64_t stream = streams::shuffle) {
    const philox random{s, stream};
    for (std::size_t i = values.size(); i > 1; --i)
        std::swap(values[i - 1], values[random.below(i, static_cast<std::uint32_t>(i))]);
}

} // namespace strata
