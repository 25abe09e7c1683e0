// Hyperbolic tangent.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// The hyperbolic tangent, (e^x - e^-x) / (e^x + e^-x), of every value; any shape, which stays as it is. PyTorch's
/// Tanh. Inside namespace strata, write std::tanh for the function; beside <cmath> and `using namespace strata`,
/// tanh_ for the layer.
///
///     struct small : network<input<4>, dense<16>, tanh_, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
struct tanh : activation<kernels::tanh_function> {
    static std::string describe() { return "tanh"; }
};

/// The same type, for programs that say `using namespace strata`: `tanh` by itself is there the function of <cmath>
/// as well, and the compiler asks which of them is meant.
using tanh_ = tanh;

} // namespace strata

#include "strata/meta/macros_back.hpp"
