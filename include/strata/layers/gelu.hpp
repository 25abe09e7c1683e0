// Gaussian error linear unit.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// x * (1 + erf(x / sqrt(2))) / 2, x times the probability that a normal number is below x: the exact form. Any
/// shape, which stays as it is. Hendrycks and Gimpel, 2016; PyTorch's GELU by its default.
///
///     struct small : network<input<4>, dense<16>, gelu, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
struct gelu : activation_of_input<kernels::gelu_function> {
    static constexpr layer_traits traits{.backward_reads_input = true, .relu_like = true};
    static std::string describe() { return "gelu"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
