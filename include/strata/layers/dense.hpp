// Fully connected layer: y = x W + b.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/reduce.hpp"
#include "strata/kernels/small_product.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// A fully connected layer: y = x W + b. In: one row of n numbers. Out: Units numbers. Weights: n x Units, and Units
/// biases. Keras's Dense; PyTorch's Linear, whose weight is the transpose. Refused while compiling: an image (flatten
/// goes in front), no units, and anything but Units in the brackets. The pack's name is for what compilers print where there
/// is more.
///
///     struct digits : network<input<784>, dense<32>, relu, dense<10>> {}; // 784 -> 10
///     model<digits> net{he_uniform{}, seed{7}};
///     auto logits = predict(net, std::vector<float>(5 * 784)); // five samples: 5 x 10 numbers
template <std::size_t Units, std::size_t... takes_no_inputs_and_no_activation>
struct dense : layer_defaults {
    static constexpr layer_traits traits{
        .backward_reads_input = true, .fuses_relu = true, .fuses_relu_mask = true, .linear = true};

    static constexpr layer_error accepts(extents in) {
        if (sizeof...(takes_no_inputs_and_no_activation) > 0) return layer_error::own;
        return Units == 0     ? layer_error::nothing_left
               : in.rank != 1 ? layer_error::needs_flat_input
                              : layer_error::none;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: dense<16> takes the number of its units alone: an activation such as relu is an entry "
            "of its own, after the layer, and the number of inputs is known from the layer before");
    };
    static constexpr extents output(extents) { return shape<Units>; }
    static constexpr parameter_list parameters(extents in) {
        return {2,
                {parameter{"weight", extents{in[0], Units}, in[0], Units}, parameter{"bias", shape<Units>}}};
    }
    static constexpr std::size_t scratch(extents in, std::size_t rows) {
        return kernels::input_gradient_scratch(rows, in[0], Units);
    }
    static std::string describe() { return detail::text_of({"dense ", Units}); }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        const auto* bias = p.parameters + parameters(In).items[0].floats();
        kernels::multiply_sized<Arch, In[0], Units>(p.x.rows, p.x.data, p.x.stride, p.parameters, bias,
                                                    p.relu, p.y.data, p.y.stride);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        kernels::multiply_sized_input_gradient<Arch, In[0], Units>(
            p.y_gradient.rows, p.y_gradient.data, p.y_gradient.stride, p.parameters, p.mask_distance(),
            p.x_gradient.data, p.x_gradient.stride, p.scratch);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        kernels::multiply_sized_weight_gradient<Arch, In[0], Units>(p.x.rows, p.x.data, p.x.stride,
                                                                    p.y_gradient.data, p.y_gradient.stride,
                                                                    p.accumulate, p.parameter_gradient);
        auto* bias = p.parameter_gradient + parameters(In).items[0].floats();
        if (!p.accumulate) std::fill_n(bias, padded(Units), 0.0f);
        kernels::add_column_sums<Arch>({1, 0, p.y_gradient.rows, p.y_gradient.stride}, Units,
                                       p.y_gradient.data, bias);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
