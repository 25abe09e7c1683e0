// He's uniform initializer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Uniform in +-sqrt(6 / fan_in); biases zero. For relu networks: He, Zhang, Ren, Sun, ICCV 2015.
struct he_uniform {
    static float limit(std::size_t fan_in, std::size_t) {
        return std::sqrt(6.0f / static_cast<float>(fan_in));
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
