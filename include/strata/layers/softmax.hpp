// Softmax.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/softmax.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// e^x divided by the sum of all e^x: probabilities that sum to 1 over the last axis (over the channels of
/// each pixel of an image); any shape, which stays as it is. Keras's Softmax, PyTorch's with dim -1. To train a
/// classifier leave it out and use cross_entropy, which takes logits.
///
///     struct classes : network<input<4>, dense<16>, relu, dense<3>, softmax> {}; // 4 -> 3
///     model<classes> net;
///     auto probabilities = predict(net, std::vector<float>(5 * 4)); // five samples
struct softmax : layer_defaults {
    static constexpr layer_traits traits{
        .output = storage::in_place, .backward_reads_output = true, .gives = output_values::probabilities};
    static std::string describe() { return "softmax"; }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); i += In.last())
                kernels::softmax<Arch>(In.last(), p.x[r] + i, p.y[r] + i);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y.rows; ++r)
            for (std::size_t i = 0; i < In.count(); i += In.last())
                kernels::softmax_gradient<Arch>(In.last(), p.y[r] + i, p.y_gradient[r] + i,
                                                p.x_gradient[r] + i);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
