// Rectified linear unit.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// max(0, x). Its derivative at 0 is 0. A NaN stays one.
struct relu : activation<kernels::relu_function> {
    static constexpr layer_traits traits{.output = storage::in_place,
                                         .backward_reads_output = true,
                                         .is_relu = true,
                                         .relu_like = true,
                                         .smooth = false};
    static std::string describe() { return "relu"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
