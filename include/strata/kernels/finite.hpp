// Whether numbers are finite, read from their bits: under -ffast-math compilers take every float for finite and fold
// std::isfinite away. Clang folds a test of bits as well if the float is an argument by value or the result of
// arithmetic. So all functions here read memory, and are not inlined.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/meta/machine.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// Whether none of `count` numbers is a NaN or infinite. Arch keeps units of different flags apart.
template <class Arch>
STRATA_NOINLINE bool all_finite(std::size_t count, const real_of<Arch>* x) {
    typename bits_of<real_of<Arch>>::integer largest = 0;
    for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, magnitude_bits(x + i));
    return largest < bits_of<real_of<Arch>>::infinity;
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
