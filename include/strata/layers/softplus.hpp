// Softplus.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// log(1 + e^x): a smooth relu, always positive.
struct softplus : activation<kernels::softplus_function> {
    static std::string describe() { return "softplus"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
