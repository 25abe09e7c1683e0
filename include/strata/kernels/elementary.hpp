// Exponential and logistic function of vectors, each within 2 ulp of the exact value.
#pragma once

#include "strata/kernels/simd.hpp"

namespace strata::kernels {

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
    return x * float_of_bits((half + integers(127)) << 23) *
           float_of_bits((whole - half + integers(127)) << 23);
}

/// Beyond these e^x is 0 or infinity.
inline constexpr float least_exponent = -104.0f;
inline constexpr float greatest_exponent = 89.0f;

namespace detail {

/// e^x for x from least_exponent to greatest_exponent.
template <class V>
V bounded_exponential(const V& x) {
    // x = power ln 2 + r with |r| <= ln 2 / 2; the first part of ln 2 is so short that power times it is
    // exact.
    const V power = nearbyint(x * V(0x1.715476p+0f));
    V r = fma(power, V(-0x1.62e4p-1f), x);
    r = fma(power, V(-0x1.7f7d1cp-20f), r);
    // (e^r - 1 - r) / r^2 by Chebyshev interpolation: off by at most 6.6e-8.
    const V p = polynomial(r, {0x1.6d117cp-10f, 0x1.120be2p-7f, 0x1.555518p-5f, 0x1.5554dcp-3f, 0.5f});
    return times_power_of_two(V(1.0f) + fma(p, r * r, r), power);
}

} // namespace detail

/// e^x.
template <class V>
V exponential(const V& x) {
    // In this order of operands a NaN stays one, here and in logistic.
    return detail::bounded_exponential(max(V(least_exponent), min(V(greatest_exponent), x)));
}

/// 1 / (1 + e^-x), from the smaller of e^x and e^-x. Off by at most 1.98 ulp, over all floats.
template <class V>
V logistic(const V& x) {
    const V one(1.0f);
    const V e = detail::bounded_exponential(max(V(least_exponent), -abs(x)));
    const V divisor = one + e;
    const V y = select(x < V(0.0f), e, one) / divisor;
    // What the divisor lost in rounding, put back to first order.
    return fma(y, (divisor - one) - e, y);
}

} // namespace strata::kernels
