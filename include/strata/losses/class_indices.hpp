// Which losses take class indices for targets, in place of one-hot rows.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

namespace strata::inline STRATA_TARGET {

/// A loss that takes class indices says so by a member `static constexpr bool takes_class_indices = true`: verbs then
/// turn integers into rows with a 1 in the column of each class, for the last axis of the output. A loss that wraps
/// another one may specialise this.
template <class Loss>
inline constexpr bool takes_class_indices = [] {
    if constexpr (requires { Loss::takes_class_indices; })
        return bool{Loss::takes_class_indices};
    else
        return false;
}();

} // namespace strata

#include "strata/meta/macros_back.hpp"
