// Whether floats are finite, read from their bits: under -ffast-math compilers take every float for finite and fold
// std::isfinite away.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace strata::kernels {

/// Whether none of `count` floats is a NaN or infinite. Arch keeps units of different flags apart.
template <class Arch>
[[gnu::noinline]] bool all_finite(std::size_t count, const float* x) {
    constexpr std::uint32_t infinity = 0x7f800000;
    std::uint32_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t bits;
        std::memcpy(&bits, x + i, sizeof bits);
        largest = std::max(largest, bits & 0x7fffffffu);
    }
    return largest < infinity;
}

/// Whether a float is neither a NaN nor infinite.
template <class Arch>
bool is_finite(float x) {
    return all_finite<Arch>(1, &x);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
