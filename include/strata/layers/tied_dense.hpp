// A fully connected layer that shares another's matrix: y = x W^T + b.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/gemm.hpp"
#include "strata/kernels/reduce.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// y = x W^T + b, where W is another layer's: a fully connected layer of Units outputs that works with the transposed
/// matrix of the dense layer right after the mark Owner, earlier in the network: a decoder tied to its encoder has
/// half the weights. Only its Units biases are its own; the matrix learns from both layers. In: one row of as many
/// numbers as the owner has units. Out: Units numbers, as many as the owner takes. In PyTorch it is
/// functional.linear(x, W.T, b). Refused while compiling: an image, no units, and a mark that has no dense layer of
/// that size right behind it.
///
///     struct symmetric : network<input<784>, mark<"in">, dense<32>, relu, tied_dense<784, "in">> {}; // 784 -> 784
///     model<symmetric> net; // one matrix of 784 x 32, 32 biases and 784 biases
///     auto pictures = predict(net, std::vector<float>(784));
template <std::size_t Units, fixed_string Owner>
struct tied_dense : layer_defaults {
    static constexpr weight_owner owner{.mark = Owner.view()};
    static constexpr layer_traits traits{.backward_reads_input = true, .fuses_relu_mask = true};

    static constexpr layer_error accepts(extents in) {
        return Units == 0     ? layer_error::nothing_left
               : in.rank != 1 ? layer_error::needs_flat_input
                              : layer_error::none;
    }
    static constexpr bool ties(const parameter_list& weights, extents in) {
        return weights.size > 0 && weights.items[0].logical == extents{Units, in[0]};
    }
    static constexpr extents output(extents) { return shape<Units>; }
    static constexpr parameter_list parameters(extents) { return {1, {parameter{"bias", shape<Units>}}}; }
    static constexpr std::size_t scratch(extents in, std::size_t) {
        return kernels::transposed_scratch(Units, in[0]);
    }
    static std::string describe() {
        return detail::text_of({"tied_dense ", Units, " to \"", Owner.view(), "\""});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        kernels::multiply_transposed<Arch>(p.x.rows, Units, In[0], p.x.data, p.x.stride, p.tied, p.parameters,
                                           p.y.data, p.y.stride, p.scratch);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        kernels::multiply<Arch>(p.y_gradient.rows, Units, In[0], p.y_gradient.data, p.y_gradient.stride,
                                p.tied, {.relu_mask = p.mask_distance()}, p.x_gradient.data,
                                p.x_gradient.stride);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        if (p.tied_gradient != nullptr)
            kernels::multiply_weight_gradient<Arch>(p.x.rows, Units, In[0], p.y_gradient.data,
                                                    p.y_gradient.stride, p.x.data, p.x.stride, true,
                                                    p.tied_gradient);
        if (!p.accumulate) std::fill_n(p.parameter_gradient, padded(Units), 0.0f);
        kernels::add_column_sums<Arch>({1, 0, p.y_gradient.rows, p.y_gradient.stride}, Units,
                                       p.y_gradient.data, p.parameter_gradient);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
