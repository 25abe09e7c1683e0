// Normally distributed numbers: one uniform number each, so that they keep their index.
#pragma once

#include "strata/kernels/normal.hpp"
#include "strata/random/philox.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace strata {

/// Fills with normal numbers of this mean and standard deviation, from numbers 4 * first_block and following
/// of the stream. Accurate to about six digits; none is drawn
/// beyond 5.42 deviations.
template <class Arch = arch>
void fill_normal(std::span<float> values, float mean, float deviation, seed s,
                 std::uint64_t stream = streams::noise, std::uint64_t first_block = 0) {
    const philox random{s, stream};
    for (std::size_t i = 0; i < values.size(); i += 4) {
        const auto four = random.block(first_block + i / 4);
        for (std::size_t k = 0; k < std::min<std::size_t>(4, values.size() - i); ++k)
            // The middle of an interval of 2^-23: never -1 nor 1.
            values[i + k] = 2.0f * philox::unit(four[k]) - 1.0f + 0x1p-24f;
    }
    kernels::uniform_to_normal<Arch>(values.size(), values.data(), mean, deviation);
}

} // namespace strata
