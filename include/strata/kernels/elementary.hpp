// Exponential, logistic function, e^x - 1 and log(1 + x) of vectors, each within 2 ulp of the exact value
// (with -ffast-math 3, and what is no normal number may be 0).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <bit>
#include <cmath>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

/// c[0] x^(n-1) + c[1] x^(n-2) + ... by Horner's rule.
template <class V, std::size_t Count>
V polynomial(const V& x, const float (&c)[Count]) {
    V sum(c[0]);
    unroll<Count - 1>([&](auto i) { sum = fma(sum, x, V(c[i + 1])); });
    return sum;
}

} // namespace detail

/// x * 2^n for whole n from -252 to 254 (AVX-512 has an instruction for it: simd.hpp): two factors reach the
/// whole range of floats, subnormal ones included, and only the second rounds.
template <class V>
V times_power_of_two(const V& x, const V& n) {
    using integers = integers_of<V>;
    const integers whole = to_int(n);
    const integers half = whole >> 1;
    return opaque(x * float_of_bits((half + integers(127)) << 23)) *
           float_of_bits((whole - half + integers(127)) << 23);
}

/// Beyond these e^x is 0 or infinity.
inline constexpr float least_exponent = -104.0f;
inline constexpr float greatest_exponent = 89.0f;

namespace detail {

/// x as power ln 2 + rest with |rest| <= ln 2 / 2. The first part of ln 2 is so short that power times it is
/// exact.
template <class V>
struct reduced {
    V power, rest;
    explicit reduced(const V& x)
        : power{nearbyint(x * V(0x1.715476p+0f))},
          rest{fma(power, V(-0x1.7f7d1cp-20f), opaque(fma(power, V(-0x1.62e4p-1f), x)))} {}
};

/// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2, by Chebyshev interpolation: off by at most 6.6e-8.
template <class V>
V exponential_rest(const V& r) {
    return polynomial(r, {0x1.6d117cp-10f, 0x1.120be2p-7f, 0x1.555518p-5f, 0x1.5554dcp-3f, 0.5f});
}

/// e^x for x from least_exponent to greatest_exponent.
template <class V>
V bounded_exponential(const V& x) {
    const reduced<V> at(x);
    const V& r = at.rest;
    return times_power_of_two(V(1.0f) + fma(exponential_rest(r), r * r, r), at.power);
}

} // namespace detail

/// e^x.
template <class V>
V exponential(const V& x) {
    // In this order of operands a NaN stays one, here and in the others.
    return detail::bounded_exponential(max(V(least_exponent), min(V(greatest_exponent), x)));
}

/// factor * e^x, of which e^x alone may be beyond the largest float.
template <class V>
V exponential_times(const V& factor, const V& x) {
    const detail::reduced<V> at(max(V(-170.0f), min(V(174.0f), x)));
    const V& r = at.rest;
    return times_power_of_two(factor * (V(1.0f) + fma(detail::exponential_rest(r), r * r, r)), at.power);
}

/// e^x - 1.
template <class V>
V exponential_minus_one(const V& x) {
    // Below -18 it is -1.
    const detail::reduced<V> at(max(V(-18.0f), min(V(greatest_exponent), x)));
    const V& r = at.rest;
    const V near_zero = fma(detail::exponential_rest(r), r * r, r); // e^r - 1
    // In halves: the power may be 128.
    const V half = times_power_of_two(V(0.5f), at.power);
    const V y = fma(half, near_zero, half - V(0.5f));
    // Small numbers stay as they are, -0 and those that have no half, too.
    return select(at.power == V(0.0f), near_zero, y + y);
}

/// log(1 + x) for x from 0 to 1: 2 artanh s for s = x / (2 + x), by Chebyshev interpolation; 2 s is x - s x.
template <class V>
V log_of_one_plus(const V& x) {
    const V s = divide(x, V(2.0f) + x);
    const V z = s * s;
    const V rest =
        detail::polynomial(z, {0.23224330f, 0.217065752f, 0.285923570f, 0.399997056f, 0.666666687f});
    return fma(s, fma(rest, z, -x), x);
}

/// 1 / (1 + e^-x), from the smaller of e^x and e^-x. Off by at most 1.98 ulp, over all floats.
template <class V>
V logistic(const V& x) {
    const V one(1.0f);
    const V e = detail::bounded_exponential(max(V(least_exponent), -abs(x)));
    const V divisor = opaque(one + e);
    const V y = divide(select(x < V(0.0f), e, one), divisor);
    // What the divisor lost in rounding, put back to first order.
    return fma(y, opaque(divisor - one) - e, y);
}

// Of doubles, the library's functions, a lane at a time.

inline portable_vector<double> exponential(const portable_vector<double>& x) {
    return each_lane(x, [](double v) { return std::exp(v); });
}
inline portable_vector<double> exponential_times(const portable_vector<double>& factor,
                                                 const portable_vector<double>& x) {
    // In halves: e^x alone may be beyond the largest double.
    const portable_vector<double> root = exponential(portable_vector<double>(0.5) * x);
    return factor * root * root;
}
inline portable_vector<double> exponential_minus_one(const portable_vector<double>& x) {
    return each_lane(x, [](double v) { return std::expm1(v); });
}
inline portable_vector<double> log_of_one_plus(const portable_vector<double>& x) {
    return each_lane(x, [](double v) { return std::log1p(v); });
}
inline portable_vector<double> logistic(const portable_vector<double>& x) {
    const portable_vector<double> one(1.0);
    const portable_vector<double> e = exponential(-abs(x));
    return select(x < portable_vector<double>(0.0), e, one) / (one + e);
}

} // namespace strata::kernels

#if !defined(STRATA_PORTABLE) && !defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)
#if STRATA_FINITE_MATH_ONLY || STRATA_ROUNDS_BY_SUMS

namespace strata::inline STRATA_TARGET::kernels {

/// tanh x, from e^2|x| but near 0, where it is Cephes's polynomial.
template <class Arch>
xsimd::batch<float, Arch> hyperbolic_tangent(const xsimd::batch<float, Arch>& x) {
    using v = xsimd::batch<float, Arch>;
    const v magnitude = min(v(10.0f), abs(x)); // beyond it is 1
    const v z = magnitude * magnitude;
    const v near_zero = fma(detail::polynomial(z, {-5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f,
                                                   1.33314422036e-1f, -3.33332819422e-1f}) *
                                z,
                            magnitude, magnitude);
    const v beyond = v(1.0f) - divide(v(2.0f), v(1.0f) + exponential(magnitude + magnitude));
    const v y = select(magnitude < v(0.625f), near_zero, beyond);
    return select(x < v(0.0f), -y, select(x == v(0.0f), x, y));
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

// For units that are compiled with -ffast-math: what xsimd has compares with infinities and NaNs, or takes back what
// rounding lost, and becomes wrong or a NaN where the compiler may assume otherwise. Each is within 4 ulp of the exact value.
#if STRATA_FINITE_MATH_ONLY

namespace strata::inline STRATA_TARGET::kernels {

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

} // namespace strata::kernels

#endif
#endif

#include "strata/meta/macros_back.hpp"
