// Glorot's normal initializer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/meta/numbers.hpp"
#include "strata/random/normal.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Normal, of the deviation gain * sqrt(2 / (fan_in + fan_out)), not truncated; biases zero. Glorot and Bengio, AISTATS
/// 2010; PyTorch's xavier_normal_. Throws std::invalid_argument where it is used if the gain is negative or not finite.
struct glorot_normal {
    float gain = 1.0f; ///< what all values are multiplied by: 5.0f / 3 for tanh in PyTorch

    void check() const { detail::check_not_negative("glorot_normal's gain", gain); }

    /// The standard deviation for a gain of 1.
    static float deviation(std::size_t fan_in, std::size_t fan_out) {
        return std::sqrt(2.0f / static_cast<float>(fan_in + fan_out));
    }

    template <class Arch = arch>
    void operator()(const weight_draw& w) const {
        fill_normal<Arch>(w.values, 0.0f, gain * deviation(w.fan_in, w.fan_out), w.seed, w.stream);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
