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

/// e^x as (1 + fraction) * scale[0] * scale[1]: the scales are powers of two, and two of them reach the whole
/// range of floats, subnormal ones included.
template <class V>
struct split_exponential {
    V fraction;
    V scale[2];

    explicit split_exponential(const V& any) {
        using integers = integers_of<V>;
        // Beyond these the result is 0 or infinity anyway. In this order of operands a NaN stays one.
        const V x = max(V(-104.0f), min(V(89.0f), any));
        // x = n ln 2 + r with |r| <= ln 2 / 2; the first part of ln 2 is so short that n times it is exact.
        const V n = nearbyint(x * V(0x1.715476p+0f));
        V r = fma(n, V(-0x1.62e4p-1f), x);
        r = fma(n, V(-0x1.7f7d1cp-20f), r);
        // (e^r - 1 - r) / r^2 by Chebyshev interpolation: off by at most 6.6e-8.
        const V p =
            detail::polynomial(r, {0x1.6d117cp-10f, 0x1.120be2p-7f, 0x1.555518p-5f, 0x1.5554dcp-3f, 0.5f});
        fraction = fma(p, r * r, r);
        const integers whole = to_int(n);
        const integers half = whole >> 1;
        scale[0] = float_of_bits((half + integers(127)) << 23);
        scale[1] = float_of_bits((whole - half + integers(127)) << 23);
    }
};

/// e^x.
template <class V>
V exponential(const V& x) {
    const split_exponential<V> e{x};
    return (V(1.0f) + e.fraction) * e.scale[0] * e.scale[1];
}

/// 1 / (1 + e^-x).
template <class V>
V logistic(const V& x) {
    const V one(1.0f);
    const split_exponential<V> small{-abs(x)};
    const V mantissa = one + small.fraction;
    const V e = mantissa * small.scale[0] * small.scale[1];
    const V divisor = one + e;
    const auto negative = x < V(0.0f);
    const V y = select(negative, e, one) / divisor;
    // What the two sums lost in rounding, put back to first order.
    const V off_divisor = (divisor - one) - e;
    const V off_mantissa = small.fraction - (mantissa - one);
    return fma(y, off_divisor + select(negative, off_mantissa, V(0.0f)), y);
}

} // namespace strata::kernels
