// What penalties do to a row of activations or weights: its sum, while the gradient is added to another row.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/elementary.hpp"
#include "strata/kernels/long_sum.hpp"
#include "strata/kernels/pointwise.hpp"

#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

// Functions of a value, and their derivatives times a factor, which is there before anything overflows.

struct absolute_function {
    template <class V>
    static V value(const V& x) {
        return abs(x);
    }
    template <class V>
    static V derivative(const V& x, const V& factor) {
        const V zero(0.0f);
        // A NaN is neither.
        return select(x > zero, factor, select(x < zero, -factor, x * zero));
    }
};

struct square_function {
    template <class V>
    static V value(const V& x) {
        return x * x;
    }
    template <class V>
    static V derivative(const V& x, const V& factor) {
        return (factor + factor) * x;
    }
};

/// (e^x - 1 - x) / 2: what a logarithm of a variance adds to the divergence of a Gaussian from the unit one.
struct divergence_function {
    template <class V>
    static V value(const V& x) {
        // ((e^x - 1) / x - 1) / x by Chebyshev interpolation: the difference would lose its digits.
        const V rest =
            detail::polynomial(x, {2.80628024e-06f, 2.53585131e-05f, 0.000198381022f, 0.00138853968f,
                                   0.00833333936f, 0.041666735f, 0.166666672f, 0.5f});
        const V half(0.5f);
        if constexpr (std::is_same_v<lane_of<V>, double>) return half * (exponential_minus_one(x) - x);
        const V near_zero = half * x * (x * rest);
        // Beyond the largest float it is infinite, and not the difference of two infinities.
        const V elsewhere = exponential_times(half, x) - fma(half, min(V(1e4f), x), half);
        return select(abs(x) < V(1.0f), near_zero, elsewhere);
    }
    template <class V>
    static V derivative(const V& x, const V& factor) {
        const V half = V(0.5f) * factor;
        return select(x > V(20.0f), exponential_times(half, x) - half, half * exponential_minus_one(x));
    }
};

/// Returns the sum of f(x); adds scale * f'(x) to the gradient, unless that is null. f(0) must be 0.
template <class Arch, class Function>
STRATA_NOINLINE double penalize(std::size_t count, const real_of<Arch>* x, real_of<Arch>* gradient,
                                real_of<Arch> scale) {
    const vec<Arch> factor(scale);
    long_sum<Arch> sum;
    sum.add_each(count, [&](std::size_t i, auto now) {
        const vec<Arch> value = load_some<Arch>(x + i, now);
        if (gradient != nullptr)
            store_some<Arch>(load_some<Arch>(gradient + i, now) + Function::derivative(value, factor),
                             gradient + i, now);
        return Function::value(value);
    });
    return sum.value();
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
