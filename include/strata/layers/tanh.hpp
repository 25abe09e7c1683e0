// Hyperbolic tangent.
#pragma once

#include "strata/layers/activation.hpp"

#include <string>

namespace strata {

/// The hyperbolic tangent of every value. Inside namespace strata, write std::tanh for the function.
struct tanh : activation<kernels::tanh_function> {
    static std::string describe() { return "tanh"; }
};

} // namespace strata
