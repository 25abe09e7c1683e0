// Arrays of what is worked out while compiling. Compilers count the calls of std::array's functions in a constant expression, and
// stop at a limit; more so where these check their arguments (_GLIBCXX_ASSERTIONS).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// An array of Count; of one where Count is 0.
template <class Value, std::size_t Count>
using plain_array = Value[Count == 0 ? 1 : Count];

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
