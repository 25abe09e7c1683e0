// He's uniform initializer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Uniform in +-sqrt(6 / fan_in); biases zero. For relu networks: He, Zhang, Ren, Sun, ICCV 2015; PyTorch's
/// kaiming_uniform_ with nonlinearity='relu'.
struct he_uniform {
    /// The half-width.
    static float limit(std::size_t fan_in, std::size_t = 0) {
        return std::sqrt(6.0f / static_cast<float>(fan_in));
    }

    void operator()(const weight_draw& w) const { detail::draw_uniform(w, limit(w.fan_in)); }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
