// The vectors that kernels are written in. Kernels call their functions (max, select, fma, sqrt, ...) without a
// namespace, so that xsimd's and ours (portable.hpp) work alike.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/kernels/simd.hpp"
#include "strata/meta/machine.hpp"

// GCC 12 warns of its own AVX-512 intrinsics where they are inlined (its bug 105593), but not if it comes through a
// line between these pragmas: through a function below.
#if !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <bit>
#include <cstddef>
#include <string>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// The machine of this translation unit: the instruction set it is compiled for, and float. (What keeps units of
/// different flags apart is meta/target.hpp.)
using arch = machine<kernels::detail::default_isa>;

} // namespace strata

namespace strata::inline STRATA_TARGET::kernels {

/// A vector of the machine's numbers.
template <class Arch>
using vec = typename detail::vectors_of<typename Arch::isa, real_of<Arch>>::type;

/// Integers, as many as a vector of floats has lanes.
template <class V>
using integers_of = typename detail::integers_of_isa<typename V::arch_type>::type;

/// The type of a vector's numbers.
template <class V>
using lane_of = typename V::value_type;

template <class Arch>
inline constexpr std::size_t lanes = vec<Arch>::size;

/// Columns of a panel: every weight matrix is stored in panels of 16 columns, 64 bytes a row (128 of doubles).
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
vec<Arch> load(const real_of<Arch>* p) {
    return vec<Arch>::load_unaligned(p);
}

template <class Arch>
vec<Arch> load_aligned(const real_of<Arch>* p) {
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
    return detail::one_if_nan_by_bits<real_of<Arch>, lanes<Arch>>(x) > vec<Arch>(0.0f);
#else
    return isnan(x);
#endif
}

/// The larger of a and b, or the NaN if there is one.
template <class Arch>
vec<Arch> larger_or_nan(const vec<Arch>& a, const vec<Arch>& b) {
#if STRATA_FINITE_MATH_ONLY
    return detail::larger_or_nan_by_bits<real_of<Arch>, lanes<Arch>>(a, b);
#else
    // Not a != a: in xsimd 8 that is false for a NaN on AVX.
    return select(a > b || isnan(a), a, b);
#endif
}

/// Its argument, of which the compiler does not know how it was computed: where it may reassociate (-ffast-math,
/// -funsafe-math-optimizations), for which Clang has no macro, it would simplify (1 + e) - 1 to e.
template <class V>
[[gnu::always_inline]] inline V opaque(V v) {
#if defined(__clang__) || defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
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
#elif defined(__aarch64__)
    using bits [[gnu::vector_size(sizeof v)]] = float;
    auto register_of = std::bit_cast<bits>(v);
    asm("" : "+w"(register_of));
    return std::bit_cast<V>(register_of);
#elif defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__)
    asm("" : "+m"(v));
#endif
#endif
    return v;
}

/// The sum of the lanes.
template <class Arch>
real_of<Arch> sum_of_lanes(const vec<Arch>& v) {
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
    std::string architecture; ///< the name of the instruction set
    std::size_t lanes;        ///< numbers in a vector
};

/// The instruction set and the vectors of this translation unit, by its compiler's flags.
template <class Arch = arch>
backend_info backend() {
    return {Arch::name(), kernels::lanes<Arch>};
}

} // namespace strata

#if !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic pop
#endif

#include "strata/meta/macros_back.hpp"
