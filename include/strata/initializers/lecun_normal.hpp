// LeCun's normal initializer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/random/normal.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Normal, of the deviation sqrt(1 / fan_in), not truncated; biases zero. LeCun, Bottou, Orr, Mueller, "Efficient
/// BackProp", 1998.
struct lecun_normal {
    /// The standard deviation.
    static float deviation(std::size_t fan_in, std::size_t = 0) {
        return std::sqrt(1.0f / static_cast<float>(fan_in));
    }

    template <class Arch = arch>
    void operator()(const weight_draw& w) const {
        fill_normal<Arch>(w.values, 0.0f, deviation(w.fan_in), w.seed, w.stream);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
