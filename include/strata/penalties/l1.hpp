// The sum of absolute values, as a penalty.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/penalty.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// A penalty (see penalty.hpp): the sum of |x|, which drives values to zero and so makes codes or weights
/// sparse. Its slope at 0 is 0.
struct l1 {
    template <class Arch>
    static real_of<Arch> penalize(std::size_t count, const real_of<Arch>* x, real_of<Arch>* gradient,
                                  real_of<Arch> scale) {
        return static_cast<real_of<Arch>>(
            kernels::penalize<Arch, kernels::absolute_function>(count, x, gradient, scale));
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
