// Order among floats by their bits, where the compiler may take every float for finite (-ffast-math,
// -ffinite-math-only): it folds x != x away and exchanges the operands of a maximum, so that NaNs vanish.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace strata::inline STRATA_TARGET::kernels {

/// Whether this unit is compiled so.
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#define STRATA_FINITE_MATH_ONLY 1
#else
#define STRATA_FINITE_MATH_ONLY 0
#endif

/// A number's bits, as an integer of its size.
template <class Real>
struct bits_of;

template <>
struct bits_of<float> {
    using integer = std::int32_t;
    static constexpr integer infinity = 0x7f800000;
    static constexpr integer one = 0x3f800000;
};
template <>
struct bits_of<double> {
    using integer = std::int64_t;
    static constexpr integer infinity = 0x7ff0000000000000;
    static constexpr integer one = 0x3ff0000000000000;
};

/// A number's bits but for its sign: more than infinity's for a NaN.
template <class Real>
typename bits_of<Real>::integer magnitude_bits(const Real* x) {
    typename bits_of<Real>::integer bits;
    std::memcpy(&bits, x, sizeof bits);
    return bits & std::numeric_limits<typename bits_of<Real>::integer>::max();
}

namespace detail {

template <class Integer>
inline constexpr Integer all_but_sign = std::numeric_limits<Integer>::max();

/// As many integers as a vector has numbers.
template <class Real, std::size_t Lanes>
struct vectors_by_bits {
    using element = typename bits_of<Real>::integer;
    using integers [[gnu::vector_size(Lanes * sizeof(element))]] = element;
};

template <class Real>
inline constexpr auto infinity_in_order = bits_of<Real>::infinity;
template <class Real>
inline constexpr auto minus_infinity_in_order = -bits_of<Real>::infinity - 1;

/// Integers in the numbers' order: NaNs with a sign, -infinity, ..., infinity, NaNs.
template <class Real, class Integers>
Integers in_order(const Integers& bits) {
    using element = typename bits_of<Real>::integer;
    return bits ^ ((bits >> (8 * sizeof(element) - 1)) & all_but_sign<element>);
}

/// a where `which` is -1, b where it is 0.
template <class V, class Integers>
V choose(const Integers& which, const V& a, const V& b) {
    return std::bit_cast<V>((which & std::bit_cast<Integers>(a)) | (~which & std::bit_cast<Integers>(b)));
}

/// The larger, or the second if either is a NaN, as x86 instructions have it.
template <class Real, std::size_t Lanes, class V>
V max_by_bits(const V& a, const V& b) {
    using integers = typename vectors_by_bits<Real, Lanes>::integers;
    const integers left = in_order<Real>(std::bit_cast<integers>(a));
    const integers right = in_order<Real>(std::bit_cast<integers>(b));
    return choose<V, integers>(
        (left > right) & (left <= infinity_in_order<Real>)&(right >= minus_infinity_in_order<Real>), a, b);
}

/// The smaller, or the second if either is a NaN.
template <class Real, std::size_t Lanes, class V>
V min_by_bits(const V& a, const V& b) {
    using integers = typename vectors_by_bits<Real, Lanes>::integers;
    const integers left = in_order<Real>(std::bit_cast<integers>(a));
    const integers right = in_order<Real>(std::bit_cast<integers>(b));
    return choose<V, integers>(
        (left < right) & (left >= minus_infinity_in_order<Real>)&(right <= infinity_in_order<Real>), a, b);
}

/// The larger, or the NaN if there is one.
template <class Real, std::size_t Lanes, class V>
V larger_or_nan_by_bits(const V& a, const V& b) {
    using integers = typename vectors_by_bits<Real, Lanes>::integers;
    const integers magnitude = std::bit_cast<integers>(a) & all_but_sign<typename bits_of<Real>::integer>;
    return choose<V, integers>(magnitude > infinity_in_order<Real>, a, max_by_bits<Real, Lanes>(a, b));
}

/// 1 where there is a NaN, 0 elsewhere.
template <class Real, std::size_t Lanes, class V>
V one_if_nan_by_bits(const V& x) {
    using integers = typename vectors_by_bits<Real, Lanes>::integers;
    return std::bit_cast<V>(((std::bit_cast<integers>(x) & all_but_sign<typename bits_of<Real>::integer>) >
                             infinity_in_order<Real>)&bits_of<Real>::one);
}

} // namespace detail

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
