// Leaky rectified linear unit.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"
#include "strata/meta/float_constant.hpp"
#include "strata/meta/raise.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// x above 0, Slope * x below; any shape, which stays as it is. A Slope that is not at least 0 and below 1 is refused
/// while compiling. LeakyReLU, whose slope is 0.3 in Keras and 0.01 in PyTorch.
///
///     struct small : network<input<4>, dense<16>, leaky_relu<0.2>, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
template <float_constant Slope>
struct leaky_relu : activation<kernels::leaky_relu_function<Slope>> {
    static constexpr layer_traits traits{.output = storage::in_place,
                                         .backward_reads_output = true,
                                         .relu_like = true,
                                         .smooth = false,
                                         .piecewise_linear = true};
    static constexpr layer_error accepts(extents) {
        return Slope.value >= 0.0f && Slope.value < 1.0f ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: the number in this layer's brackets is out of range: a slope is at least 0 and below 1");
    };
    static std::string describe() { return detail::text_of({"leaky_relu ", Slope}); }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
