// Whether numbers are finite, read from their bits: under -ffast-math compilers take every float for finite and fold
// std::isfinite away. Clang folds a test of bits as well if the float is an argument by value or the result of
// arithmetic. So all functions here read memory, and are not inlined.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/kernels/simd.hpp"
#include "strata/meta/machine.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

/// Whether none of `count` numbers is a NaN or infinite. Arch keeps units of different flags apart.
template <class Arch>
STRATA_NOINLINE bool all_finite(std::size_t count, const real_of<Arch>* x) {
    using bits = bits_of<real_of<Arch>>;
    using unsigned_integer = std::make_unsigned_t<typename bits::integer>;
    constexpr std::size_t wide = lanes<Arch>;
    using integers [[gnu::vector_size(wide * sizeof(unsigned_integer))]] = unsigned_integer;
    constexpr unsigned_integer most = std::numeric_limits<typename bits::integer>::max();
    std::size_t i = 0;
    if (count >= 4 * wide) { // four at a time, since each waits for itself
        integers found[4]{};
        for (; i + 4 * wide <= count; i += 4 * wide)
            for (std::size_t k = 0; k < 4; ++k) {
                integers some;
                std::memcpy(&some, x + i + k * wide, sizeof some);
                found[k] |=
                    (some + (most - bits::infinity + 1)) ^ some; // the sign changes unless it is finite
            }
        const integers all = (found[0] | found[1]) | (found[2] | found[3]);
        for (std::size_t k = 0; k < wide; ++k)
            if (all[k] > most) return false;
    }
    typename bits::integer largest = 0;
    for (; i < count; ++i) largest = std::max(largest, magnitude_bits(x + i));
    return largest < bits::infinity;
}

/// Whether a float or a double is neither a NaN nor infinite.
template <class Arch, real_number Real>
STRATA_NOINLINE bool is_finite(const Real& x) {
    return magnitude_bits(&x) < bits_of<Real>::infinity;
}

/// Whether it is a NaN.
template <class Arch, real_number Real>
STRATA_NOINLINE bool is_nan(const Real& x) {
    return magnitude_bits(&x) > bits_of<Real>::infinity;
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
