// What losses do to a row: its part of the sum, and in the same pass its gradient, where one is wanted.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/activation.hpp"
#include "strata/kernels/elementary.hpp"
#include "strata/kernels/long_sum.hpp"
#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

// All of these take outputs, targets, and where the gradient goes: over the targets, elsewhere, or, if it is null,
// nowhere.

/// Walks through a row: f(y, t) returns {loss, gradient}; the gradients are stored, and the sum of the losses is
/// returned.
template <class Arch, class Function>
double store_gradient(std::size_t count, const real_of<Arch>* y, const real_of<Arch>* t,
                      real_of<Arch>* gradient, const Function& f) {
    long_sum<Arch> sum;
    sum.add_each(count, [&](std::size_t i, auto now) {
        const auto [loss, slope] = f(load_some<Arch>(y + i, now), load_some<Arch>(t + i, now));
        if (gradient != nullptr) store_some<Arch>(slope, gradient + i, now);
        return first_lanes<Arch>(loss, now); // those beyond the row have a loss, too
    });
    return sum.value();
}

template <class V>
struct loss_and_gradient {
    V loss, gradient;
};

/// The sum of (y - t)^2; the gradient is scale * 2 (y - t).
template <class Arch>
STRATA_NOINLINE double squared_error(std::size_t count, const real_of<Arch>* y, const real_of<Arch>* t,
                                     real_of<Arch>* gradient, real_of<Arch> scale) {
    const vec<Arch> twice(2 * scale);
    return store_gradient<Arch>(count, y, t, gradient, [&](const vec<Arch>& value, const vec<Arch>& target) {
        const vec<Arch> difference = value - target;
        return loss_and_gradient<vec<Arch>>{difference * difference, twice * difference};
    });
}

/// The sum of |y - t|; the gradient is scale times the sign of y - t.
template <class Arch>
STRATA_NOINLINE double absolute_error(std::size_t count, const real_of<Arch>* y, const real_of<Arch>* t,
                                      real_of<Arch>* gradient, real_of<Arch> scale) {
    using v = vec<Arch>;
    const v up(scale);
    return store_gradient<Arch>(count, y, t, gradient, [&](const v& value, const v& target) {
        const v zero(0.0f);
        const v difference = value - target;
        return loss_and_gradient<v>{abs(difference),
                                    select(difference > zero, up,
                                           // neither if equal or a NaN
                                           select(difference < zero, -up, difference * zero))};
    });
}

/// The sum of d^2 / 2 for |d| <= delta and of delta (|d| - delta / 2) beyond, d = y - t; the gradient is scale
/// times d, cut at +-delta.
template <class Arch>
STRATA_NOINLINE double huber_error(std::size_t count, const real_of<Arch>* y, const real_of<Arch>* t,
                                   real_of<Arch>* gradient, real_of<Arch> scale, real_of<Arch> delta) {
    using v = vec<Arch>;
    return store_gradient<Arch>(count, y, t, gradient, [&](const v& value, const v& target) {
        const v difference = value - target;
        const v cut = max(v(-delta), min(v(delta), difference));
        return loss_and_gradient<v>{cut * (difference - v(0.5f) * cut), v(scale) * cut};
    });
}

/// The sum of -t log p - (1 - t) log(1 - p), logarithms not below -100; the gradient is scale times its derivative.
template <class Arch>
STRATA_NOINLINE double binary_cross_entropy(std::size_t count, const real_of<Arch>* p, const real_of<Arch>* t,
                                            real_of<Arch>* gradient, real_of<Arch> scale) {
    using v = vec<Arch>;
    return store_gradient<Arch>(count, p, t, gradient, [&](const v& value, const v& target) {
        const v one(1.0f);
        const v rest = one - value;
        const v log_value = max(v(-100.0f), log(value));
        const v log_rest = max(v(-100.0f), log(rest));
        const v slope = divide(value - target, max(v(1e-12f), value * rest));
        return loss_and_gradient<v>{-(target * log_value + (one - target) * log_rest), v(scale) * slope};
    });
}

/// The same from logits x, p = 1 / (1 + exp(-x)): log(1 + exp(-|x|)), and |x| times what the target is away
/// from 1 where x is positive, from 0 elsewhere. No x makes it overflow, and a target that is met at infinity
/// costs nothing.
template <class Arch>
STRATA_NOINLINE double binary_cross_entropy_of_logits(std::size_t count, const real_of<Arch>* x,
                                                      const real_of<Arch>* t, real_of<Arch>* gradient,
                                                      real_of<Arch> scale) {
    using v = vec<Arch>;
    return store_gradient<Arch>(count, x, t, gradient, [&](const v& value, const v& target) {
        const v zero(0.0f);
        const v away = select(value > zero, v(1.0f) - target, target);
        const v size = abs(value);
        const v loss = select(away == zero, zero, size * away) + log_of_one_plus(exponential(-size));
        return loss_and_gradient<v>{loss, v(scale) * (sigmoid_function::value(value) - target)};
    });
}

/// -sum t log softmax(x) over one row; the gradient is scale * (softmax(x) * sum of t - t). Where t is 0, x may be
/// -infinity.
template <class Arch>
STRATA_NOINLINE double cross_entropy_of_logits(std::size_t count, const real_of<Arch>* x,
                                               const real_of<Arch>* t, real_of<Arch>* gradient,
                                               real_of<Arch> scale) {
    using v = vec<Arch>;
    const real_of<Arch> largest = *std::max_element(x, x + count);
    const v shift(-largest);
    long_sum<Arch> sum_of_targets;
    long_sum<Arch> sum_of_products;
    long_sum<Arch> sum_of_exponentials;
    sum_of_exponentials.add_each(count, [&](std::size_t i, auto now) {
        const v target = load_some<Arch>(t + i, now);
        const v value = load_some<Arch>(x + i, now) + shift;
        sum_of_targets.add(target);
        // Beyond the row the target is zero. There and elsewhere, zero times -infinity is zero here.
        sum_of_products.add(select(target == v(0.0f), target, target * value));
        return first_lanes<Arch>(exponential(value), now);
    });
    const double exponentials = sum_of_exponentials.value();
    const double targets = sum_of_targets.value();
    const v factor(static_cast<real_of<Arch>>(targets / exponentials));
    if (gradient != nullptr)
        transform<Arch>(
            count, gradient,
            [&](const v& value, const v& target) {
                return v(scale) * (exponential(value + shift) * factor - target);
            },
            x, t);
    return targets * std::log(exponentials) - sum_of_products.value();
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
