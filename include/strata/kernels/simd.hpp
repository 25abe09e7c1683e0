// The vectors of each instruction set, and what is not xsimd's own about them: the only file that includes xsimd.
//
// -march decides which instructions these are. STRATA_PORTABLE defined, or on a machine that xsimd does not
// know, they are plain C++ (portable.hpp).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/kernels/portable.hpp"

// GCC 12 warns of its own AVX-512 intrinsics where they are inlined (its bug 105593), but not if it comes through a
// line between these pragmas: through xsimd, or, where a program has included that before, through a function below.
#if !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#if !defined(STRATA_PORTABLE)
#include <xsimd/xsimd.hpp>
#endif

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels::detail {

/// The vectors of an instruction set. Those of doubles are the compilers' own on all of them: xsimd's functions of double
/// differ from version to version.
template <class Isa, class Real>
struct vectors_of {
    using type = portable_vector<Real>;
};

/// Integers, as many as a vector of floats has.
template <class Isa>
struct integers_of_isa {
    using type = portable_integers;
};

#if defined(STRATA_PORTABLE) || defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)

using default_isa = portable;

} // namespace strata::kernels::detail

#else

using default_isa = xsimd::default_arch;

template <class Isa>
requires(!std::is_same_v<Isa, portable>)
struct vectors_of<Isa, float> {
    using type = xsimd::batch<float, Isa>;
};

template <class Isa>
requires(!std::is_same_v<Isa, portable>)
struct integers_of_isa<Isa> {
    using type = xsimd::batch<std::int32_t, Isa>;
};

} // namespace strata::kernels::detail

namespace strata::inline STRATA_TARGET::kernels {

/// xsimd renamed hadd to reduce_add in version 9.
template <class Isa>
float lane_sum(const xsimd::batch<float, Isa>& v) {
#if XSIMD_VERSION_MAJOR >= 9
    return xsimd::reduce_add(v);
#else
    return xsimd::hadd(v);
#endif
}

/// Floats of the same bits. (xsimd's bitwise_cast takes another argument from version 9 on, and does not
/// compile for NEON in 9.0.1 and 10.0.0.)
template <class Isa>
xsimd::batch<float, Isa> float_of_bits(const xsimd::batch<std::int32_t, Isa>& bits) {
    return std::bit_cast<xsimd::batch<float, Isa>>(bits);
}

/// a / b, rounded once. (xsimd's operator on NEON is an estimate, off by up to 1.5 units of the last place.)
template <class Isa>
xsimd::batch<float, Isa> divide(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
#if defined(__aarch64__)
    return vdivq_f32(a, b);
#else
    return a / b;
#endif
}

#if defined(__aarch64__)
/// The instruction; xsimd's is an estimate, and a NaN of infinity.
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 4)
xsimd::batch<float, Isa> sqrt(const xsimd::batch<float, Isa>& x) {
    return vsqrtq_f32(x);
}
#endif

// xsimd adds 2^23 and takes it away again where there is no instruction that rounds to whole numbers: compilers that may
// reassociate (-ffast-math, -funsafe-math-optimizations) do neither, and Clang has no macro that says whether it may.
#if defined(__SSE2__) && !defined(__SSE4_1__) && (defined(__clang__) || defined(__ASSOCIATIVE_MATH__))
#define STRATA_ROUNDS_BY_SUMS 1
/// The whole number nearest to each, of two as near the even one.
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 4)
xsimd::batch<float, Isa> nearbyint(const xsimd::batch<float, Isa>& x) {
    // From 2^23 on all are whole. A NaN stays one.
    return xsimd::select(xsimd::abs(x) < xsimd::batch<float, Isa>(0x1p23f),
                         xsimd::batch<float, Isa>(_mm_cvtepi32_ps(_mm_cvtps_epi32(x))), x);
}
#else
#define STRATA_ROUNDS_BY_SUMS 0
#endif

#if STRATA_FINITE_MATH_ONLY
// elementary.hpp has hyperbolic_tangent, log and erf for such units.

template <class Isa>
requires(xsimd::batch<float, Isa>::size >= 4)
xsimd::batch<float, Isa> max(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
    return detail::max_by_bits<float, xsimd::batch<float, Isa>::size>(a, b);
}
template <class Isa>
requires(xsimd::batch<float, Isa>::size >= 4)
xsimd::batch<float, Isa> min(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
    return detail::min_by_bits<float, xsimd::batch<float, Isa>::size>(a, b);
}
#else
// max and min give the second operand if either is a NaN, as x86's instructions do; on ARM, a NaN in either. Newer versions of xsimd
// hand them their operands the other way round.

template <class Isa>
requires(xsimd::batch<float, Isa>::size == 4)
xsimd::batch<float, Isa> max(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
#if defined(__SSE2__)
    return _mm_max_ps(a, b);
#elif defined(__aarch64__) || defined(__arm__)
    return xsimd::max(a, b);
#else
    return xsimd::select(a > b, a, b);
#endif
}
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 4)
xsimd::batch<float, Isa> min(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
#if defined(__SSE2__)
    return _mm_min_ps(a, b);
#elif defined(__aarch64__) || defined(__arm__)
    return xsimd::min(a, b);
#else
    return xsimd::select(a < b, a, b);
#endif
}
#if defined(__AVX__)
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 8)
xsimd::batch<float, Isa> max(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
    return _mm256_max_ps(a, b);
}
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 8)
xsimd::batch<float, Isa> min(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
    return _mm256_min_ps(a, b);
}
#endif
#if defined(__AVX512F__)
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
xsimd::batch<float, Isa> max(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
    return _mm512_max_ps(a, b);
}
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
xsimd::batch<float, Isa> min(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b) {
    return _mm512_min_ps(a, b);
}
#endif

#if !STRATA_ROUNDS_BY_SUMS // elementary.hpp has it for the others
/// tanh(x), under another name because strata::tanh is a layer.
template <class Isa>
xsimd::batch<float, Isa> hyperbolic_tangent(const xsimd::batch<float, Isa>& x) {
    return xsimd::tanh(x);
}
#endif
#endif

#if defined(__AVX512BW__) && !defined(__clang__) && !defined(__OPTIMIZE__) && !STRATA_FINITE_MATH_ONLY
// At -O0 GCC's intrinsics are macros, which do not take what xsimd 8 hands to them in these two: a lane at a time then.

template <class Isa, class Function>
xsimd::batch<float, Isa> each_lane_of(const xsimd::batch<float, Isa>& x, const Function& f) {
    float lanes[xsimd::batch<float, Isa>::size];
    x.store_unaligned(lanes);
    for (float& lane : lanes) lane = f(lane);
    return xsimd::batch<float, Isa>::load_unaligned(lanes);
}
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
xsimd::batch<float, Isa> log(const xsimd::batch<float, Isa>& x) {
    return each_lane_of(x, [](float lane) { return std::log(lane); });
}
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
xsimd::batch<float, Isa> erf(const xsimd::batch<float, Isa>& x) {
    return each_lane_of(x, [](float lane) { return std::erf(lane); });
}
#endif

#if defined(__AVX512F__)
/// One instruction. Older versions of xsimd multiply and add in two, which Clang leaves at that.
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
xsimd::batch<float, Isa> fma(const xsimd::batch<float, Isa>& a, const xsimd::batch<float, Isa>& b,
                             const xsimd::batch<float, Isa>& c) {
    return _mm512_fmadd_ps(a, b, c);
}

/// Loads the first `count` lanes, fewer than all, and zeros the others; touches nothing beyond.
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
void load_first(xsimd::batch<float, Isa>& v, const float* p, std::size_t count) {
    v = _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p);
}
/// Stores the first `count` lanes, fewer than all; touches nothing beyond.
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
void store_first(const xsimd::batch<float, Isa>& v, float* p, std::size_t count) {
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), v);
}

/// x * 2^n, rounded once; elementary.hpp has it for the others.
template <class Isa>
requires(xsimd::batch<float, Isa>::size == 16)
xsimd::batch<float, Isa> times_power_of_two(const xsimd::batch<float, Isa>& x,
                                            const xsimd::batch<float, Isa>& n) {
    return _mm512_scalef_ps(x, n);
}
#endif

} // namespace strata::kernels

#endif

#if !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic pop
#endif

#include "strata/meta/macros_back.hpp"
