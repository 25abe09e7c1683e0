// Exponential linear unit.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/activation.hpp"
#include "strata/meta/float_constant.hpp"
#include "strata/meta/raise.hpp"

#include <string>

namespace strata::inline STRATA_TARGET {

/// x above 0, Scale * (e^x - 1) below; any shape, which stays as it is. A Scale that is not above 0 and finite is
/// refused while compiling. Clevert, Unterthiner and Hochreiter, ICLR 2016; ELU of Keras and PyTorch (Scale is alpha).
///
///     struct small : network<input<4>, dense<16>, elu<>, dense<3>> {}; // 4 -> 3
///     model<small> net;
///     auto y = predict(net, std::vector<float>(5 * 4)); // five samples
template <float_constant Scale = 1.0>
struct elu : activation<kernels::elu_function<Scale>> {
    /// With another scale than 1 the slope jumps at 0.
    static constexpr layer_traits traits{.output = storage::in_place,
                                         .backward_reads_output = true,
                                         .relu_like = true,
                                         .smooth = Scale.value == 1.0f};
    static constexpr layer_error accepts(extents) {
        return Scale.value > 0.0f && Scale.finite() ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: the number in this layer's brackets is out of range: a scale is above 0, and not "
            "infinite");
    };
    static std::string describe() { return detail::text_of({"elu ", Scale}); }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
