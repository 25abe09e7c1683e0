// Logistic function.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// 1 / (1 + e^-x) of every value, from 0 to 1; any shape, which stays as it is. Keras's and PyTorch's Sigmoid. To train
/// a classifier leave it out and use bce_with_logits, which takes logits.
///
///     struct critic : network<input<4>, dense<16>, relu, dense<1>, sigmoid> {}; // 4 -> 1
///     model<critic> net;
///     auto probabilities = predict(net, std::vector<float>(5 * 4)); // five samples
struct sigmoid : activation<kernels::sigmoid_function> {
    static constexpr layer_traits traits{
        .output = storage::in_place, .backward_reads_output = true, .gives = output_values::probabilities};
    static std::string describe() { return "sigmoid"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
