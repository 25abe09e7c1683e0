// Weights that start at zero.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/initializers/initializer.hpp"

#include <algorithm>

namespace strata::inline STRATA_TARGET {

/// Everything zero: for layers that are to be loaded, and for tests.
struct zeros {
    void operator()(const weight_draw& w) const { std::fill_n(w.values.data(), w.values.size(), 0.0f); }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
