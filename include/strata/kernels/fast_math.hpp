// Functions for units that are compiled with -ffast-math: what xsimd has for them compares with infinities
// and NaNs, or takes back what rounding lost, and becomes wrong or a NaN where the compiler may assume
// otherwise. Each is within 4 ulp of the exact value. elementary.hpp includes this file.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/elementary.hpp"

#if STRATA_FINITE_MATH_ONLY && !defined(STRATA_PORTABLE) && !defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)

namespace strata::inline STRATA_TARGET::kernels {

/// tanh x, from e^2|x| - 1.
template <class Arch>
xsimd::batch<float, Arch> hyperbolic_tangent(const xsimd::batch<float, Arch>& x) {
    using v = xsimd::batch<float, Arch>;
    const v magnitude = min(v(10.0f), abs(x)); // beyond it is 1
    const v e = exponential_minus_one(magnitude + magnitude);
    const v y = divide(e, e + v(2.0f));
    return select(x < v(0.0f), -y, y);
}

/// log x for x >= 0; about -1e30 at 0.
template <class Arch>
requires(xsimd::batch<float, Arch>::size >= 4)
xsimd::batch<float, Arch> log(const xsimd::batch<float, Arch>& x) {
    using v = xsimd::batch<float, Arch>;
    using integers = integers_of<v>;
    // x = 2^power m, with m from about sqrt(1/2) to sqrt(2).
    const integers bits = std::bit_cast<integers>(max(v(0x1p-126f), x));
    const integers exponent = (bits - integers(0x3f3504f3)) >> 23;
    const v m = float_of_bits(bits - (exponent << 23));
    const v power = to_float(exponent);
    const v s = divide(m - v(1.0f), m + v(1.0f));
    const v z = s * s;
    const v rest = detail::polynomial(z, {0.147901997f, 0.199943855f, 0.333333433f});
    const v half = fma(rest * z, s, s);
    const v y = fma(power, v(0x1.62e43p-1f), half + half);
    // The logarithm is below x, so that this is x only for a NaN.
    return min(select(x < v(0x1p-126f), v(-1e30f), y), x);
}

/// The error function.
template <class Arch>
requires(xsimd::batch<float, Arch>::size >= 4)
xsimd::batch<float, Arch> erf(const xsimd::batch<float, Arch>& x) {
    using v = xsimd::batch<float, Arch>;
    const v t = min(v(4.0f), abs(x)); // beyond it is 1
    const v z = t * t;
    const v centre = detail::polynomial(z, {7.87587487e-05f, -0.00080168643f, 0.00518908724f, -0.0268542115f,
                                            0.112835944f, -0.37612626f, 0.128379166f});
    // The logarithm of 1 - erf t.
    const v tail =
        detail::polynomial(t, {1.6371514e-06f, -4.60580413e-05f, 0.00059680565f, -0.0047595962f,
                               0.0264211353f, -0.110080086f, -0.631826043f, -1.13023341f, 0.00032013806f});
    const v y = select(t < v(1.0f), fma(centre, t, t), v(1.0f) - exponential(tail));
    return select(x < v(0.0f), -y, y);
}

} // namespace strata::kernels

#endif

#include "strata/meta/macros_back.hpp"
