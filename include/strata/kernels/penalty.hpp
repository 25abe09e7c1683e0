// What penalties do to a row of activations or weights: its sum, while the gradient is added to another row.
#pragma once

#include "strata/kernels/pointwise.hpp"

#include <cstddef>

namespace strata::kernels {

struct absolute_function {
    template <class V>
    static V value(const V& x) {
        return abs(x);
    }
    template <class V>
    static V derivative(const V& x) {
        const V zero(0.0f);
        const V one(1.0f);
        return select(x > zero, one, select(x < zero, -one, zero));
    }
};

struct square_function {
    template <class V>
    static V value(const V& x) {
        return x * x;
    }
    template <class V>
    static V derivative(const V& x) {
        return x + x;
    }
};

/// What a logarithm of a variance adds to the divergence of a Gaussian from the unit one; 0 at 0.
struct excess_exponential_function {
    template <class V>
    static V value(const V& x) {
        return expm1(x) - x;
    }
    template <class V>
    static V derivative(const V& x) {
        return expm1(x);
    }
};

/// Returns the sum of f(x); adds scale * f'(x) to the gradient, unless that is null. f(0) must be 0.
template <class Arch, class Function>
[[gnu::noinline]] float penalize(std::size_t count, const float* x, float* gradient, float scale) {
    vec<Arch> total(0.0f);
    const vec<Arch> factor(scale);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, count - i);
        const vec<Arch> value = load_some<Arch>(x + i, now);
        total += Function::value(value);
        if (gradient != nullptr)
            store_some<Arch>(
                multiply_add<Arch>(factor, Function::derivative(value), load_some<Arch>(gradient + i, now)),
                gradient + i, now);
    }
    return sum_of_lanes<Arch>(total);
}

} // namespace strata::kernels
