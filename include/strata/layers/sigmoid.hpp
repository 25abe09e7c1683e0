// Logistic function.
#pragma once

#include "strata/layers/activation.hpp"

#include <string>

namespace strata {

/// 1 / (1 + exp(-x)).
struct sigmoid : activation<kernels::sigmoid_function> {
    static std::string describe() { return "sigmoid"; }
};

} // namespace strata
