// Whether numbers are finite, read from their bits: under -ffast-math compilers take every float for finite and fold
// std::isfinite away. Clang folds a test of bits as well if the float is an argument by value or the result of
// arithmetic. So all functions here read or write memory, and are not inlined.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/meta/machine.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

/// Whether the magnitudes of all of `count` numbers are below 2, as gradients are: their exponents' first bit is not set, which
/// takes one operation a vector. Arch keeps units of different flags apart.
template <class Arch>
STRATA_NOINLINE bool all_below_two(std::size_t count, const real_of<Arch>* x) {
    using unsigned_integer = std::make_unsigned_t<typename bits_of<real_of<Arch>>::integer>;
    constexpr std::size_t wide = lanes<Arch>;
    using integers [[gnu::vector_size(wide * sizeof(unsigned_integer))]] = unsigned_integer;
    std::size_t i = 0;
    unsigned_integer any = 0;
    if (count >= wide) {
        integers set{}, a, b, c, d;
        for (; i + 4 * wide <= count; i += 4 * wide) {
            std::memcpy(&a, x + i, sizeof a);
            std::memcpy(&b, x + i + wide, sizeof b);
            std::memcpy(&c, x + i + 2 * wide, sizeof c);
            std::memcpy(&d, x + i + 3 * wide, sizeof d);
            set |= (a | b) | (c | d); // together, since each sum waits for the one before
        }
        for (; i + wide <= count; i += wide) {
            std::memcpy(&a, x + i, sizeof a);
            set |= a;
        }
        for (std::size_t k = 0; k < wide; ++k) any |= set[k];
    }
    for (; i < count; ++i) any |= static_cast<unsigned_integer>(magnitude_bits(x + i));
    constexpr auto most =
        static_cast<unsigned_integer>(std::numeric_limits<std::make_signed_t<unsigned_integer>>::max());
    return (any & (most / 2 + 1)) == 0;
}

/// Whether none of `count` numbers is a NaN or infinite. Sooner done where all are below 2.
template <class Arch>
STRATA_NOINLINE bool all_finite(std::size_t count, const real_of<Arch>* x) {
    if (all_below_two<Arch>(count, x)) return true;
    using bits = bits_of<real_of<Arch>>;
    using unsigned_integer = std::make_unsigned_t<typename bits::integer>;
    constexpr std::size_t wide = lanes<Arch>;
    using integers [[gnu::vector_size(wide * sizeof(unsigned_integer))]] = unsigned_integer;
    constexpr unsigned_integer most = std::numeric_limits<typename bits::integer>::max();
    std::size_t i = 0;
    integers set{}, a;
    for (; i + wide <= count; i += wide) {
        std::memcpy(&a, x + i, sizeof a);
        set |= (a + (most - bits::infinity + 1)) ^ a; // the sign changes unless it is finite
    }
    for (std::size_t k = 0; k < wide; ++k)
        if (set[k] > most) return false;
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

/// x becomes a NaN, by its bits: where compilers take every float for finite, Clang makes any number of a NaN that it knows.
template <class Arch>
STRATA_NOINLINE void set_to_nan(double& x) {
    constexpr std::int64_t bits = bits_of<double>::infinity | std::int64_t{1} << 51;
    std::memcpy(&x, &bits, sizeof x);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
