// The same values in another shape; nothing is computed.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// The same values, in the same order, as Extents...; copies nothing. Takes any shape of as many values as the product
/// of Extents; others are refused while compiling. Keras's Reshape.
///
///     struct painter : network<input<32>, dense<7 * 7 * 4>, reshape<7, 7, 4>, upsample2d<2>> {}; // 32 -> 14 x 14 x 4
///     model<painter> net;
///     auto pictures = predict(net, std::vector<float>(32));
template <std::size_t... Extents>
struct reshape : layer_defaults {
    static constexpr layer_traits traits{.output = storage::view};
    static constexpr layer_error accepts(extents in) {
        return shape<Extents...>.count() == in.count() ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: reshape must keep the number of values: the product of its extents is not that of its "
            "input");
    };
    static constexpr extents output(extents) { return shape<Extents...>; }
    static std::string describe() { return "reshape"; }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
