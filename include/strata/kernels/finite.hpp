// Whether floats are finite, read from their bits: under -ffast-math compilers take every float for finite and fold
// std::isfinite away. Clang folds a test of bits as well if the float is an argument by value or the result of
// arithmetic. So all functions here read memory, and are not inlined.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace strata::inline STRATA_TARGET::kernels {

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
bool is_finite(const float& x) {
    return all_finite<Arch>(1, &x);
}

/// Whether a double is neither a NaN nor infinite.
template <class Arch>
[[gnu::noinline]] bool is_finite(const double& x) {
    constexpr std::uint64_t infinity = std::uint64_t{0x7ff} << 52;
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return (bits & ~(std::uint64_t{1} << 63)) < infinity;
}

/// Whether a float is a NaN.
template <class Arch>
[[gnu::noinline]] bool is_nan(const float& x) {
    std::uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return (bits & 0x7fffffffu) > 0x7f800000u;
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
