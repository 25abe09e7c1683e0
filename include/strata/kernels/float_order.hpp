// Order among floats by their bits, where the compiler may take every float for finite (-ffast-math,
// -ffinite-math-only): it folds x != x away and exchanges the operands of a maximum, so that NaNs vanish.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace strata::inline STRATA_TARGET::kernels {

/// Whether this unit is compiled so.
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#define STRATA_FINITE_MATH_ONLY 1
#else
#define STRATA_FINITE_MATH_ONLY 0
#endif

/// By its bits: Clang warns of infinities where it may take every float for finite.
inline constexpr float minus_infinity = std::bit_cast<float>(0xff800000u);

namespace detail {

template <std::size_t Lanes>
struct vectors_by_bits {
    using floats [[gnu::vector_size(Lanes * sizeof(float))]] = float;
    using integers [[gnu::vector_size(Lanes * sizeof(float))]] = std::int32_t;
};

inline constexpr std::int32_t infinity_in_order = 0x7f800000;
inline constexpr std::int32_t minus_infinity_in_order = -0x7f800001;

/// Integers in the floats' order: NaNs with a sign, -infinity, ..., infinity, NaNs.
template <class Integers>
Integers in_order(const Integers& bits) {
    return bits ^ ((bits >> 31) & 0x7fffffff);
}

/// a where `which` is -1, b where it is 0.
template <class V, class Integers>
V choose(const Integers& which, const V& a, const V& b) {
    return std::bit_cast<V>((which & std::bit_cast<Integers>(a)) | (~which & std::bit_cast<Integers>(b)));
}

/// The larger, or the second if either is a NaN, as x86 instructions have it.
template <std::size_t Lanes, class V>
V max_by_bits(const V& a, const V& b) {
    using integers = typename vectors_by_bits<Lanes>::integers;
    const integers left = in_order(std::bit_cast<integers>(a));
    const integers right = in_order(std::bit_cast<integers>(b));
    return choose<V, integers>(
        (left > right) & (left <= infinity_in_order) & (right >= minus_infinity_in_order), a, b);
}

/// The smaller, or the second if either is a NaN.
template <std::size_t Lanes, class V>
V min_by_bits(const V& a, const V& b) {
    using integers = typename vectors_by_bits<Lanes>::integers;
    const integers left = in_order(std::bit_cast<integers>(a));
    const integers right = in_order(std::bit_cast<integers>(b));
    return choose<V, integers>(
        (left < right) & (left >= minus_infinity_in_order) & (right <= infinity_in_order), a, b);
}

/// The larger, or the NaN if there is one.
template <std::size_t Lanes, class V>
V larger_or_nan_by_bits(const V& a, const V& b) {
    using integers = typename vectors_by_bits<Lanes>::integers;
    const integers magnitude = std::bit_cast<integers>(a) & 0x7fffffff;
    return choose<V, integers>(magnitude > infinity_in_order, a, max_by_bits<Lanes>(a, b));
}

/// 1 where there is a NaN, 0 elsewhere.
template <std::size_t Lanes, class V>
V one_if_nan_by_bits(const V& x) {
    using integers = typename vectors_by_bits<Lanes>::integers;
    return std::bit_cast<V>(((std::bit_cast<integers>(x) & 0x7fffffff) > infinity_in_order) & 0x3f800000);
}

} // namespace detail

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
