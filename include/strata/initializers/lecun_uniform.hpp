// LeCun's uniform initializer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Uniform in +-sqrt(3 / fan_in), so that a sum has the variance of its inputs; biases zero. LeCun, Bottou, Orr,
/// Mueller, "Efficient BackProp", 1998.
struct lecun_uniform {
    /// The half-width.
    static float limit(std::size_t fan_in, std::size_t = 0) {
        return std::sqrt(3.0f / static_cast<float>(fan_in));
    }

    void operator()(const weight_draw& w) const { detail::draw_uniform(w, limit(w.fan_in)); }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
