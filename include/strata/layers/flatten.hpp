// An image as one row of numbers; nothing is computed.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// An image as one row of numbers, in the order in which it lies: height, width, channels. Takes any shape and copies
/// nothing. Keras's Flatten; PyTorch's goes over the channels first.
///
///     struct reader : network<input<28, 28, 1>, conv2d<8, 3>, relu, flatten, dense<10>> {}; // 28 x 28 x 1 -> 10
///     model<reader> net; // the dense layer has weights 5408 x 10: 26 * 26 * 8 numbers come in
///     auto logits = predict(net, std::vector<float>(28 * 28));
struct flatten : layer_defaults {
    static constexpr layer_traits traits{.output = storage::view};
    static constexpr extents output(extents in) { return extents{in.count()}; }
    static std::string describe() { return "flatten"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
