// The sum of squares, as a penalty.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/penalty.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// A penalty (see penalty.hpp): the sum of x^2, as in Keras; PyTorch's weight_decay is half of it.
struct l2 {
    template <class Arch>
    static real_of<Arch> penalize(std::size_t count, const real_of<Arch>* x, real_of<Arch>* gradient,
                                  real_of<Arch> scale) {
        return static_cast<real_of<Arch>>(
            kernels::penalize<Arch, kernels::square_function>(count, x, gradient, scale));
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
