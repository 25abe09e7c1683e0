// Logistic function.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// 1 / (1 + exp(-x)).
struct sigmoid : activation<kernels::sigmoid_function> {
    static constexpr layer_traits traits{
        .output = storage::in_place, .backward_reads_output = true, .gives = output_values::probabilities};
    static std::string describe() { return "sigmoid"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
