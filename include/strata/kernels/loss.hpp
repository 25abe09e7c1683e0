// What losses do to a row: its part of the sum, while the target is replaced by the gradient.
#pragma once

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace strata::kernels {

/// Walks through a row: f(y, t) returns {loss, gradient}; t becomes the gradient, and the sum of the losses
/// is returned.
template <class Arch, class Function>
float replace_by_gradient(std::size_t count, const float* y, float* t, const Function& f) {
    vec<Arch> total(0.0f);
    std::size_t i = 0;
    for (; i + lanes<Arch> <= count; i += lanes<Arch>) {
        const auto [loss, gradient] = f(load<Arch>(y + i), load<Arch>(t + i));
        total += loss;
        gradient.store_unaligned(t + i);
    }
    if (i < count) {
        const auto [loss, gradient] = f(load_some<Arch>(y + i, count - i), load_some<Arch>(t + i, count - i));
        store_some<Arch>(gradient, t + i, count - i);
        // The lanes beyond the row have a loss, too; it must not count.
        alignas(64) float whole[lanes<Arch>]{};
        store_some<Arch>(loss, whole, count - i);
        total += load_aligned<Arch>(whole);
    }
    return sum_of_lanes<Arch>(total);
}

template <class V>
struct loss_and_gradient {
    V loss, gradient;
};

/// The sum of (y - t)^2; t becomes scale * 2 (y - t).
template <class Arch>
[[gnu::noinline]] float squared_error(std::size_t count, const float* y, float* t, float scale) {
    const vec<Arch> twice(2.0f * scale);
    return replace_by_gradient<Arch>(count, y, t, [&](const vec<Arch>& value, const vec<Arch>& target) {
        const vec<Arch> difference = value - target;
        return loss_and_gradient<vec<Arch>>{difference * difference, twice * difference};
    });
}

/// The sum of |y - t|; t becomes scale times the sign of y - t.
template <class Arch>
[[gnu::noinline]] float absolute_error(std::size_t count, const float* y, float* t, float scale) {
    using v = vec<Arch>;
    const v up(scale);
    return replace_by_gradient<Arch>(count, y, t, [&](const v& value, const v& target) {
        const v zero(0.0f);
        const v difference = value - target;
        return loss_and_gradient<v>{abs(difference),
                                    select(difference > zero, up, select(difference < zero, -up, zero))};
    });
}

/// The sum of d^2 / 2 for |d| <= delta and of delta (|d| - delta / 2) beyond, d = y - t; t becomes scale
/// times d, cut at +-delta.
template <class Arch>
[[gnu::noinline]] float huber_error(std::size_t count, const float* y, float* t, float scale, float delta) {
    using v = vec<Arch>;
    return replace_by_gradient<Arch>(count, y, t, [&](const v& value, const v& target) {
        const v difference = value - target;
        const v cut = max(v(-delta), min(v(delta), difference));
        return loss_and_gradient<v>{cut * (difference - v(0.5f) * cut), v(scale) * cut};
    });
}

/// The sum of -t log p - (1 - t) log(1 - p), logarithms not below -100; t becomes scale times its derivative.
template <class Arch>
[[gnu::noinline]] float binary_cross_entropy(std::size_t count, const float* p, float* t, float scale) {
    using v = vec<Arch>;
    return replace_by_gradient<Arch>(count, p, t, [&](const v& value, const v& target) {
        const v one(1.0f);
        const v rest = one - value;
        const v log_value = max(v(-100.0f), log(value));
        const v log_rest = max(v(-100.0f), log(rest));
        const v slope = (value - target) / max(v(1e-12f), value * rest);
        return loss_and_gradient<v>{-(target * log_value + (one - target) * log_rest), v(scale) * slope};
    });
}

/// The same from logits x, p = 1 / (1 + exp(-x)): max(x, 0) - x t + log(1 + exp(-|x|)), which no x makes
/// overflow.
template <class Arch>
[[gnu::noinline]] float binary_cross_entropy_of_logits(std::size_t count, const float* x, float* t,
                                                       float scale) {
    using v = vec<Arch>;
    return replace_by_gradient<Arch>(count, x, t, [&](const v& value, const v& target) {
        const v zero(0.0f);
        const v loss = max(zero, value) - value * target + log1p(exponential(-abs(value)));
        return loss_and_gradient<v>{loss, v(scale) * (sigmoid_function::value(value) - target)};
    });
}

/// -sum t log softmax(x) over one row; t becomes scale * (softmax(x) * sum of t - t). Where t is 0, x may be
/// -infinity.
template <class Arch>
[[gnu::noinline]] float cross_entropy_of_logits(std::size_t count, const float* x, float* t, float scale) {
    using v = vec<Arch>;
    const float largest = *std::max_element(x, x + count);
    const v shift(-largest);
    v sum_of_exponentials(0.0f);
    v sum_of_targets(0.0f);
    v sum_of_products(0.0f);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, count - i);
        const v target = load_some<Arch>(t + i, now);
        const v value = load_some<Arch>(x + i, now) + shift;
        alignas(64) float whole[lanes<Arch>]{};
        store_some<Arch>(exponential(value), whole, now);
        sum_of_exponentials += load_aligned<Arch>(whole);
        sum_of_targets += target;
        // Beyond the row the target is zero. There and elsewhere, zero times -infinity is zero here.
        sum_of_products += select(target == v(0.0f), target, target * value);
    }
    const float exponentials = sum_of_lanes<Arch>(sum_of_exponentials);
    const float targets = sum_of_lanes<Arch>(sum_of_targets);
    const v factor(targets / exponentials);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, count - i);
        const v e = exponential(load_some<Arch>(x + i, now) + shift);
        store_some<Arch>(v(scale) * (e * factor - load_some<Arch>(t + i, now)), t + i, now);
    }
    return targets * std::log(exponentials) - sum_of_lanes<Arch>(sum_of_products);
}

} // namespace strata::kernels
