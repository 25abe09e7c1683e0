// Weights that all start at one number.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"
#include "strata/meta/numbers.hpp"

#include <algorithm>

namespace strata::inline STRATA_TARGET {

/// Every weight the same number; biases zero. Throws std::invalid_argument where it is used if the number is not finite.
struct constant {
    float value = 0.0f; ///< of every weight

    void check() const { detail::check_finite("constant's value", value); }

    void operator()(const weight_draw& w) const { std::fill_n(w.values.data(), w.values.size(), value); }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
