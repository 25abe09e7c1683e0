// Glorot's uniform initializer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"
#include "strata/meta/numbers.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Uniform in +-gain * sqrt(6 / (fan_in + fan_out)); biases zero. Glorot and Bengio, AISTATS 2010; Keras's default,
/// and PyTorch's xavier_uniform_. Throws std::invalid_argument where it is used if the gain is negative or not finite.
struct glorot_uniform {
    float gain = 1.0f; ///< what all values are multiplied by: 5.0f / 3 for tanh in PyTorch

    void check() const { detail::check_not_negative("glorot_uniform's gain", gain); }

    /// The half-width for a gain of 1.
    static float limit(std::size_t fan_in, std::size_t fan_out) {
        return std::sqrt(6.0f / static_cast<float>(fan_in + fan_out));
    }

    void operator()(const weight_draw& w) const {
        detail::draw_uniform(w, gain * limit(w.fan_in, w.fan_out));
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
