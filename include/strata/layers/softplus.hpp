// Softplus.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// log(1 + e^x) of every value: a smooth relu; any shape, which stays as it is. PyTorch's Softplus.
///
///     struct small : network<input<4>, dense<16>, softplus, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
struct softplus : activation<kernels::softplus_function> {
    static std::string describe() { return "softplus"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
