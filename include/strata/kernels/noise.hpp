// What dropout and sampled codes do with random numbers.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/elementary.hpp"
#include "strata/kernels/pointwise.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// y = x * factor where the uniform number is at least `rate`, else 0; y may be x.
template <class Arch>
STRATA_NOINLINE void drop(std::size_t count, const real_of<Arch>* x, const real_of<Arch>* uniform,
                          real_of<Arch> rate, real_of<Arch> factor, real_of<Arch>* y) {
    const vec<Arch> least(rate);
    const vec<Arch> by(factor);
    transform<Arch>(
        count, y,
        [&](const auto& value, const auto& u) { return select(u < least, vec<Arch>(0.0f), value * by); }, x,
        uniform);
}

/// y = mean + e^(log_variance / 2) * noise; noise becomes the derivative of y by log_variance.
template <class Arch>
STRATA_NOINLINE void sample(std::size_t count, const real_of<Arch>* mean, const real_of<Arch>* log_variance,
                            real_of<Arch>* noise, real_of<Arch>* y) {
    const vec<Arch> half(0.5f);
    transform<Arch>(
        count, noise, [&](const auto& n, const auto& l) { return exponential_times(half * n, half * l); },
        static_cast<const real_of<Arch>*>(noise), log_variance);
    transform<Arch>(
        count, y, [](const auto& m, const auto& n) { return m + n + n; }, mean,
        static_cast<const real_of<Arch>*>(noise));
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
