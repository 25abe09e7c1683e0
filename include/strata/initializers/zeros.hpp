// Weights that start at zero.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// Everything zero: for layers that are to be loaded, and for tests.
struct zeros {
    static float limit(std::size_t, std::size_t) { return 0.0f; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
