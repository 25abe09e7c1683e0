// What optimizers do to every weight.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// weight -= rate * gradient. `count` is a whole number of 64-byte lines, as in every block of ours.
template <class Arch>
STRATA_NOINLINE void descend(std::size_t count, real_of<Arch>* weight, const real_of<Arch>* gradient,
                             real_of<Arch> rate) {
    const vec<Arch> down(-rate);
    for (std::size_t i = 0; i < count; i += lanes<Arch>)
        multiply_add<Arch>(down, load<Arch>(gradient + i), load<Arch>(weight + i))
            .store_unaligned(weight + i);
}

/// velocity = momentum * velocity + gradient; weight -= rate * velocity, or with `nesterov`
/// weight -= rate * (gradient + momentum * velocity). `count` is a whole number of lines.
template <class Arch>
STRATA_NOINLINE void descend_with_momentum(std::size_t count, real_of<Arch>* weight, real_of<Arch>* velocity,
                                           const real_of<Arch>* gradient, real_of<Arch> rate,
                                           real_of<Arch> momentum, bool nesterov) {
    const vec<Arch> keep(momentum);
    const vec<Arch> down(-rate);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const vec<Arch> slope = load<Arch>(gradient + i);
        const vec<Arch> speed = multiply_add<Arch>(keep, load<Arch>(velocity + i), slope);
        speed.store_unaligned(velocity + i);
        const vec<Arch> direction = nesterov ? multiply_add<Arch>(keep, speed, slope) : speed;
        multiply_add<Arch>(down, direction, load<Arch>(weight + i)).store_unaligned(weight + i);
    }
}

/// The numbers of one step of Adam, its bias corrections worked in.
template <class Arch>
struct adam_step {
    real_of<Arch> rate; ///< learning rate / (1 - beta1^t)
    real_of<Arch> beta1;
    real_of<Arch> beta2;
    real_of<Arch> root_scale; ///< 1 / sqrt(1 - beta2^t)
    real_of<Arch> epsilon;
    real_of<Arch> keep; ///< what weight decay leaves of a weight
};

/// mean = beta1 mean + (1 - beta1) gradient; square likewise of the squared gradient; weight = keep * weight
/// - rate * mean / (root_scale * sqrt(square) + epsilon). `count` is a whole number of lines.
template <class Arch>
STRATA_NOINLINE void adam_update(std::size_t count, real_of<Arch>* weight, real_of<Arch>* mean,
                                 real_of<Arch>* square, const real_of<Arch>* gradient,
                                 const adam_step<Arch>& s) {
    const vec<Arch> beta1(s.beta1);
    const vec<Arch> rest1(1 - s.beta1);
    const vec<Arch> beta2(s.beta2);
    const vec<Arch> rest2(1 - s.beta2);
    const vec<Arch> down(-s.rate);
    const vec<Arch> root_scale(s.root_scale);
    const vec<Arch> epsilon(s.epsilon);
    const vec<Arch> keep(s.keep);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const vec<Arch> g = load<Arch>(gradient + i);
        const vec<Arch> m = multiply_add<Arch>(beta1, load<Arch>(mean + i), rest1 * g);
        const vec<Arch> v = multiply_add<Arch>(beta2, load<Arch>(square + i), rest2 * g * g);
        m.store_unaligned(mean + i);
        v.store_unaligned(square + i);
        const vec<Arch> direction = divide(m, multiply_add<Arch>(root_scale, sqrt(v), epsilon));
        multiply_add<Arch>(down, direction, keep * load<Arch>(weight + i)).store_unaligned(weight + i);
    }
}

/// square = decay square + (1 - decay) gradient^2; weight -= rate * gradient / (sqrt(square) + epsilon).
/// `count` is a whole number of lines.
template <class Arch>
STRATA_NOINLINE void rmsprop_update(std::size_t count, real_of<Arch>* weight, real_of<Arch>* square,
                                    const real_of<Arch>* gradient, real_of<Arch> rate, real_of<Arch> decay,
                                    real_of<Arch> epsilon) {
    const vec<Arch> keep(decay);
    const vec<Arch> rest(1 - decay);
    const vec<Arch> down(-rate);
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        const vec<Arch> g = load<Arch>(gradient + i);
        const vec<Arch> v = multiply_add<Arch>(keep, load<Arch>(square + i), rest * g * g);
        v.store_unaligned(square + i);
        const vec<Arch> direction = divide(g, sqrt(v) + vec<Arch>(epsilon));
        multiply_add<Arch>(down, direction, load<Arch>(weight + i)).store_unaligned(weight + i);
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
