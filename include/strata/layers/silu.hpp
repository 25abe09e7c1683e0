// Sigmoid linear unit.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// x / (1 + e^-x), x times its sigmoid; any shape, which stays as it is. Also called swish. Elfwing, Uchibe and Doya,
/// Neural Networks, 2018; Keras's and PyTorch's SiLU.
///
///     struct small : network<input<4>, dense<16>, silu, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
struct silu : activation_of_input<kernels::silu_function> {
    static constexpr layer_traits traits{.backward_reads_input = true, .relu_like = true};
    static std::string describe() { return "silu"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
