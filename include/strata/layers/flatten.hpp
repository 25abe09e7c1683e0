// An image as one row of numbers; nothing is computed.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// An image as one row of numbers, in the order in which it lies: height, width, channels.
struct flatten : layer_defaults {
    static constexpr layer_traits traits{.output = storage::view};
    static constexpr extents output(extents in) { return extents{in.count()}; }
    static std::string describe() { return "flatten"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
