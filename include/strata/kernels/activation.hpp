// Activations: functions of one number applied to many, and their derivatives from the function's result.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/elementary.hpp"
#include "strata/kernels/pointwise.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// An activation: its value, and its derivative as a function of that value.
struct relu_function {
    template <class V>
    static V value(const V& x) {
        return max(V(0.0f), x);
    }
    template <class V>
    static V derivative(const V& y, const V& gradient) {
        return select(y > V(0.0f), gradient, V(0.0f));
    }
};

struct tanh_function {
    template <class V>
    static V value(const V& x) {
        return hyperbolic_tangent(x);
    }
    template <class V>
    static V derivative(const V& y, const V& gradient) {
        return gradient * (V(1.0f) - y * y);
    }
};

struct sigmoid_function {
    template <class V>
    static V value(const V& x) {
        return logistic(x);
    }
    template <class V>
    static V derivative(const V& y, const V& gradient) {
        return gradient * y * (V(1.0f) - y);
    }
};

/// max(x, slope * x), for a slope below 1. A slope of 0 times infinity is 0.
template <auto Slope>
struct leaky_relu_function {
    template <class V>
    static V value(const V& x) {
        if constexpr (Slope.value == 0.0f)
            return max(V(0.0f), x);
        else
            return select(x < V(0.0f), x * V(Slope.value), x);
    }
    template <class V>
    static V derivative(const V& y, const V& gradient) {
        if constexpr (Slope.value == 0.0f)
            return select(y > V(0.0f), gradient, V(0.0f));
        else
            return select(y > V(0.0f), gradient, gradient * V(Slope.value));
    }
};

/// x above 0, scale * (e^x - 1) below.
template <auto Scale>
struct elu_function {
    template <class V>
    static V value(const V& x) {
        return select(x < V(0.0f), V(Scale.value) * exponential_minus_one(min(V(0.0f), x)), x);
    }
    template <class V>
    static V derivative(const V& y, const V& gradient) {
        // 1 or y + scale; a NaN is in the sum whatever the comparison says.
        const V one_or_scale = select(y > V(0.0f), V(1.0f), V(Scale.value));
        return gradient * (min(V(0.0f), y) + one_or_scale);
    }
};

/// log(1 + e^x), as max(x, 0) + log(1 + e^-|x|), which does not overflow.
struct softplus_function {
    template <class V>
    static V value(const V& x) {
        return max(V(0.0f), x) + log_of_one_plus(exponential(-abs(x)));
    }
    template <class V>
    static V derivative(const V& y, const V& gradient) {
        return gradient * -exponential_minus_one(-y);
    }
};

/// x times the normal distribution's function at x. Its derivative needs x itself.
struct gelu_function {
    // Beyond 20 in size, the function is x or 0. In this order of operands a NaN stays one.
    template <class V>
    static V value(const V& x) {
        return V(0.5f) * max(V(-20.0f), x) * (V(1.0f) + erf(x * V(lane_of<V>(0.70710678118654752))));
    }
    template <class V>
    static V derivative(const V& x, const V& gradient) {
        const V near = max(V(-20.0f), min(V(20.0f), x));
        const V below = V(0.5f) * (V(1.0f) + erf(near * V(lane_of<V>(0.70710678118654752))));
        const V density = V(lane_of<V>(0.39894228040143268)) * exponential(V(-0.5f) * near * near);
        return gradient * fma(near, density, below);
    }
};

/// x / (1 + e^-x). Its derivative needs x itself.
struct silu_function {
    // Far from 0, the function is x or 0, and infinity times 0 would be a NaN. In this order of operands a NaN stays one.
    template <class V>
    static V value(const V& x) {
        return max(V(-3e38f), x) * logistic(x);
    }
    template <class V>
    static V derivative(const V& x, const V& gradient) {
        const V near = max(V(-3e38f), min(V(3e38f), x));
        // The logistic function at x and at -x: their sum is 1, but the difference from 1 would have lost its digits.
        const V one(1.0f);
        const V e = exponential(-abs(x));
        const V larger = divide(one, one + e);
        const V smaller = e * larger;
        const V here = select(x < V(0.0f), smaller, larger);
        const V there = select(x < V(0.0f), larger, smaller);
        return gradient * here * fma(near, there, one);
    }
};

/// x, or the bound that it is beyond.
template <auto Low, auto High>
struct clip_function {
    template <class V>
    static V value(const V& x) {
        return max(V(Low.value), min(V(High.value), x));
    }
    template <class V>
    static V derivative(const V& y, const V& gradient) {
        return select(y > V(Low.value), select(y < V(High.value), gradient, V(0.0f)), V(0.0f));
    }
};

/// y = f(x).
template <class Arch, class Function>
[[gnu::noinline]] void activate(std::size_t count, const real_of<Arch>* x, real_of<Arch>* y) {
    transform<Arch>(count, y, [](const auto& v) { return Function::value(v); }, x);
}

/// x_gradient = y_gradient f'(x), from y = f(x) (or from x, for functions that say so).
template <class Arch, class Function>
[[gnu::noinline]] void activate_gradient(std::size_t count, const real_of<Arch>* y,
                                         const real_of<Arch>* y_gradient, real_of<Arch>* x_gradient) {
    transform<Arch>(
        count, x_gradient, [](const auto& v, const auto& g) { return Function::derivative(v, g); }, y,
        y_gradient);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
