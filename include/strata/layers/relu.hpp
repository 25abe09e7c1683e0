// Rectified linear unit.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// max(0, x) of every value; any shape, which stays as it is. Its derivative at 0 is 0. A NaN stays one. Keras's and
/// PyTorch's ReLU. Weights in front of it are drawn by he_uniform unless told otherwise.
///
///     struct small : network<input<4>, dense<16>, relu, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
struct relu : activation<kernels::relu_function> {
    static constexpr layer_traits traits{.output = storage::in_place,
                                         .backward_reads_output = true,
                                         .is_relu = true,
                                         .relu_like = true,
                                         .smooth = false,
                                         .piecewise_linear = true};
    static std::string describe() { return "relu"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
