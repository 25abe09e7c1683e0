// Which targets a loss takes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <limits>

namespace strata::inline STRATA_TARGET {

/// A range of numbers, both ends included.
struct target_range {
    float least = std::numeric_limits<float>::lowest(); ///< no target is below
    float most = std::numeric_limits<float>::max();     ///< and none above
};

/// Which targets a loss takes: it says so by a member `static constexpr target_range targets{0, 1}`. fit and
/// evaluate check the targets of such a loss; those of any other are taken as they are. A loss that wraps
/// another one may specialise this.
template <class Loss>
struct targets_of {
    static constexpr bool limited = requires { Loss::targets; }; ///< whether there is a range
    /// The range; all numbers where there is none.
    static constexpr target_range range = [] {
        if constexpr (limited)
            return target_range{Loss::targets};
        else
            return target_range{};
    }();
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
