// The same values in another shape; nothing is computed.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// The same values as Extents..., whose product must be their number.
template <std::size_t... Extents>
struct reshape : layer_defaults {
    static constexpr layer_traits traits{.output = storage::of_input};
    static constexpr refusal accepts(extents in) {
        return shape<Extents...>.count() == in.count() ? refusal::none : refusal::reshape_changes_count;
    }
    static constexpr extents output(extents) { return shape<Extents...>; }
    static std::string describe() { return "reshape"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
