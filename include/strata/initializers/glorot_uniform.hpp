// Glorot's uniform initializer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Uniform in +-sqrt(6 / (fan_in + fan_out)); biases zero. Glorot and Bengio, AISTATS 2010; Keras's default.
struct glorot_uniform {
    static float limit(std::size_t fan_in, std::size_t fan_out) {
        return std::sqrt(6.0f / static_cast<float>(fan_in + fan_out));
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
