// The first float outside a range, with NaN and infinity told from their bits (see finite.hpp).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace strata::inline STRATA_TARGET::kernels {

/// The index of the first of `count` floats that is below `least`, above `most`, a NaN or infinite; `count`
/// if there is none. Arch keeps units of different flags apart.
template <class Arch>
[[gnu::noinline]] std::size_t find_outside(std::size_t count, const float* x, float least, float most) {
    constexpr std::uint32_t infinity = 0x7f800000;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t bits;
        std::memcpy(&bits, x + i, sizeof bits);
        if ((bits & 0x7fffffffu) >= infinity || x[i] < least || x[i] > most) return i;
    }
    return count;
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
