// Values kept between two bounds.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"
#include "strata/meta/float_constant.hpp"
#include "strata/meta/raise.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// x, or Low below Low and High above High; any shape, which stays as it is. Its derivative at Low and at High is 0. A NaN
/// stays one. A Low that is not below High and bounds that are not finite are refused while compiling. PyTorch's
/// Hardtanh(Low, High), ONNX's Clip; clip<0, 6> is ReLU6, before which weights are drawn as before relu: so they are
/// wherever Low is 0.
///
///     struct small : network<input<4>, dense<16>, clip<0, 6>, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
template <float_constant Low, float_constant High>
struct clip : activation<kernels::clip_function<Low, High>> {
    static constexpr layer_traits traits{.output = storage::in_place,
                                         .backward_reads_output = true,
                                         .relu_like = Low.value == 0.0f,
                                         .smooth = false,
                                         .piecewise_linear = true};
    static constexpr layer_error accepts(extents) {
        return Low.value < High.value && Low.finite() && High.finite() ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: the numbers in this layer's brackets are no range: the first bound is below the "
            "second, and neither is infinite");
    };
    static std::string describe() { return detail::text_of({"clip ", Low, " to ", High}); }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
