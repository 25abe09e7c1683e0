// Euclidean norms, which neither overflow nor underflow.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/doubles.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// The sum of (x factor)^2 in double, with factor 1 finite for all finite floats.
template <class Arch>
STRATA_NOINLINE double sum_of_squares(std::size_t count, const real_of<Arch>* x, double factor = 1) {
    return sum_in_double<Arch>(count, [&]<std::size_t Lanes>(std::size_t i) __attribute__((always_inline)) {
        const doubles<Lanes> value = load_doubles<Lanes>(x + i) * factor;
        return value * value;
    });
}

/// x[i] *= factor, which may be too small for a float.
template <class Arch>
STRATA_NOINLINE void scale_in_double(std::size_t count, real_of<Arch>* x, double factor) {
    for (std::size_t i = 0; i < count; ++i)
        x[i] = static_cast<real_of<Arch>>(static_cast<double>(x[i]) * factor);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
