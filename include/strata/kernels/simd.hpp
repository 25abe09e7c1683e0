// The vectors that kernels are written in: the only file that includes xsimd. Kernels call its functions
// (max, select, fma, sqrt, ...) without a namespace, so that they work on portable vectors as well.
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
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels::detail {

template <class Arch>
struct vectors_of;

template <>
struct vectors_of<portable> {
    using floats = portable_floats;
    using integers = portable_integers;
};

#if defined(STRATA_PORTABLE) || defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)

using default_arch = portable;

} // namespace strata::kernels::detail

#else

using default_arch = xsimd::default_arch;

template <class Arch>
struct vectors_of {
    using floats = xsimd::batch<float, Arch>;
    using integers = xsimd::batch<std::int32_t, Arch>;
};

} // namespace strata::kernels::detail

namespace strata::inline STRATA_TARGET::kernels {

/// xsimd renamed hadd to reduce_add in version 9.
template <class Arch>
float lane_sum(const xsimd::batch<float, Arch>& v) {
#if XSIMD_VERSION_MAJOR >= 9
    return xsimd::reduce_add(v);
#else
    return xsimd::hadd(v);
#endif
}

/// Floats of the same bits. (xsimd's bitwise_cast takes another argument from version 9 on, and does not
/// compile for NEON in 9.0.1 and 10.0.0.)
template <class Arch>
xsimd::batch<float, Arch> float_of_bits(const xsimd::batch<std::int32_t, Arch>& bits) {
    return std::bit_cast<xsimd::batch<float, Arch>>(bits);
}

/// a / b, rounded once. (xsimd's operator on NEON is an estimate, off by up to 1.5 units of the last place.)
template <class Arch>
xsimd::batch<float, Arch> divide(const xsimd::batch<float, Arch>& a, const xsimd::batch<float, Arch>& b) {
#if defined(__aarch64__)
    return vdivq_f32(a, b);
#else
    return a / b;
#endif
}

#if defined(__aarch64__)
/// The instruction; xsimd's is an estimate, and a NaN of infinity.
template <class Arch>
requires(xsimd::batch<float, Arch>::size == 4)
xsimd::batch<float, Arch> sqrt(const xsimd::batch<float, Arch>& x) {
    return vsqrtq_f32(x);
}
#endif

#if defined(__FAST_MATH__) && defined(__SSE2__) && !defined(__SSE4_1__)
/// For numbers that an int holds. xsimd adds 2^23 and takes it away again, which Clang does not do then.
template <class Arch>
requires(xsimd::batch<float, Arch>::size == 4)
xsimd::batch<float, Arch> nearbyint(const xsimd::batch<float, Arch>& x) {
    return _mm_cvtepi32_ps(_mm_cvtps_epi32(x));
}
#endif

#if STRATA_FINITE_MATH_ONLY
// fast_math.hpp has hyperbolic_tangent, log and erf for such units.

template <class Arch>
requires(xsimd::batch<float, Arch>::size >= 4)
xsimd::batch<float, Arch> max(const xsimd::batch<float, Arch>& a, const xsimd::batch<float, Arch>& b) {
    return detail::max_by_bits<xsimd::batch<float, Arch>::size>(a, b);
}
template <class Arch>
requires(xsimd::batch<float, Arch>::size >= 4)
xsimd::batch<float, Arch> min(const xsimd::batch<float, Arch>& a, const xsimd::batch<float, Arch>& b) {
    return detail::min_by_bits<xsimd::batch<float, Arch>::size>(a, b);
}
#else
/// tanh(x), under another name because strata::tanh is a layer.
template <class Arch>
xsimd::batch<float, Arch> hyperbolic_tangent(const xsimd::batch<float, Arch>& x) {
    return xsimd::tanh(x);
}
#endif

#if defined(__AVX512F__)
/// One instruction. Older versions of xsimd multiply and add in two, which Clang leaves at that.
template <class Arch>
requires(xsimd::batch<float, Arch>::size == 16)
xsimd::batch<float, Arch> fma(const xsimd::batch<float, Arch>& a, const xsimd::batch<float, Arch>& b,
                              const xsimd::batch<float, Arch>& c) {
    return _mm512_fmadd_ps(a, b, c);
}

#if !STRATA_FINITE_MATH_ONLY
/// xsimd's own, through lines between the pragmas above.
template <class Arch>
requires(xsimd::batch<float, Arch>::size == 16)
xsimd::batch<float, Arch> max(const xsimd::batch<float, Arch>& a, const xsimd::batch<float, Arch>& b) {
    return xsimd::max(a, b);
}
template <class Arch>
requires(xsimd::batch<float, Arch>::size == 16)
xsimd::batch<float, Arch> min(const xsimd::batch<float, Arch>& a, const xsimd::batch<float, Arch>& b) {
    return xsimd::min(a, b);
}
#endif

/// x * 2^n, rounded once; elementary.hpp has it for the others.
template <class Arch>
requires(xsimd::batch<float, Arch>::size == 16)
xsimd::batch<float, Arch> times_power_of_two(const xsimd::batch<float, Arch>& x,
                                             const xsimd::batch<float, Arch>& n) {
    return _mm512_scalef_ps(x, n);
}
#endif

} // namespace strata::kernels

#endif

namespace strata::inline STRATA_TARGET {

/// The instruction set that this translation unit is compiled for. It is a template argument of every kernel
/// and of every function that calls one. (What keeps units of different flags apart is meta/target.hpp.)
using arch = kernels::detail::default_arch;

} // namespace strata

namespace strata::inline STRATA_TARGET::kernels {

template <class Arch>
using vec = typename detail::vectors_of<Arch>::floats;

/// Integers, as many as a vector has floats.
template <class V>
using integers_of = typename detail::vectors_of<typename V::arch_type>::integers;

template <class Arch>
inline constexpr std::size_t lanes = vec<Arch>::size;

/// Columns of a panel: every weight matrix is stored in panels of 16 columns, 64 bytes a row.
inline constexpr std::size_t panel = 16;

/// Vectors in a row of a panel.
template <class Arch>
inline constexpr std::size_t panel_vectors = panel / lanes<Arch>;

/// Vector registers that a tile may count on.
template <class Arch>
inline constexpr std::size_t registers =
#if defined(__aarch64__)
    32;
#else
    lanes<Arch> == 16 ? 32 : 16; // AVX-512 doubled them
#endif

template <class Arch>
vec<Arch> load(const float* p) {
    return vec<Arch>::load_unaligned(p);
}

template <class Arch>
vec<Arch> load_aligned(const float* p) {
    return vec<Arch>::load_aligned(p);
}

/// a * b + c, fused where the architecture can.
template <class Arch>
vec<Arch> multiply_add(const vec<Arch>& a, const vec<Arch>& b, const vec<Arch>& c) {
    return fma(a, b, c);
}

/// Which lanes are a NaN.
template <class Arch>
auto nan_lanes(const vec<Arch>& x) {
#if STRATA_FINITE_MATH_ONLY
    return detail::one_if_nan_by_bits<lanes<Arch>>(x) > vec<Arch>(0.0f);
#else
    return isnan(x);
#endif
}

/// The larger of a and b, or the NaN if there is one.
template <class Arch>
vec<Arch> larger_or_nan(const vec<Arch>& a, const vec<Arch>& b) {
#if STRATA_FINITE_MATH_ONLY
    return detail::larger_or_nan_by_bits<lanes<Arch>>(a, b);
#else
    // Not a != a: in xsimd 8 that is false for a NaN on AVX.
    return select(a > b || isnan(a), a, b);
#endif
}

/// Its argument, of which the compiler does not know how it was computed: -ffast-math would otherwise
/// simplify (1 + e) - 1 to e.
template <class V>
[[gnu::always_inline]] inline V opaque(V v) {
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
#if defined(__AVX512F__)
    using bits [[gnu::vector_size(sizeof v)]] = float;
    auto register_of = std::bit_cast<bits>(v);
    asm("" : "+v"(register_of));
    return std::bit_cast<V>(register_of);
#elif defined(__SSE2__)
    using bits [[gnu::vector_size(sizeof v)]] = float;
    auto register_of = std::bit_cast<bits>(v);
    asm("" : "+x"(register_of));
    return std::bit_cast<V>(register_of);
#else
    asm("" : "+m"(v));
#endif
#endif
    return v;
}

/// The sum of the lanes.
template <class Arch>
float sum_of_lanes(const vec<Arch>& v) {
    return lane_sum(v);
}

/// Calls f(0), f(1), ..., f(Count - 1) with the index as a compile-time constant and no loop.
template <std::size_t Count, class Function>
[[gnu::always_inline]] inline void unroll(Function&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        (f(std::integral_constant<std::size_t, I>{}), ...);
    }(std::make_index_sequence<Count>{});
}

} // namespace strata::kernels

namespace strata::inline STRATA_TARGET {

/// What the kernels of this translation unit run on, for instance {"fma3+avx2", 8}.
struct backend_info {
    std::string architecture;
    std::size_t lanes; ///< floats in a vector
};

template <class Arch = arch>
backend_info backend() {
    return {Arch::name(), kernels::lanes<Arch>};
}

} // namespace strata

#if !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic pop
#endif

#include "strata/meta/macros_back.hpp"
