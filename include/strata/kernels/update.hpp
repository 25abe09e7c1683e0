// What optimizers do to every weight.
#pragma once

#include "strata/kernels/simd.hpp"

#include <cstddef>

namespace strata::kernels {

/// weight -= rate * gradient. `count` is a whole number of 64-byte lines, as in every block of ours.
template <class Arch>
[[gnu::noinline]] void descend(std::size_t count, float* weight, const float* gradient, float rate) {
    const vec<Arch> down(-rate);
    for (std::size_t i = 0; i < count; i += lanes<Arch>)
        multiply_add<Arch>(down, load<Arch>(gradient + i), load<Arch>(weight + i))
            .store_unaligned(weight + i);
}

/// velocity = momentum * velocity + gradient; weight -= rate * velocity, or with `nesterov`
/// weight -= rate * (gradient + momentum * velocity). `count` is a whole number of lines.
template <class Arch>
[[gnu::noinline]] void descend_with_momentum(std::size_t count, float* weight, float* velocity,
                                             const float* gradient, float rate, float momentum,
                                             bool nesterov) {
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

} // namespace strata::kernels
