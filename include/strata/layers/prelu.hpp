// Rectified linear unit whose slope below 0 is learned.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/prelu.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// x above 0, slope * x below, with a slope for every place of the last axis (of an image: for every channel), which is
/// learned and starts at 0.25; any shape, which stays as it is. He, Zhang, Ren and Sun, ICCV 2015; PyTorch's
/// PReLU(num_parameters = channels), Keras's with all other axes shared.
///
///     struct small : network<input<28, 28, 1>, conv2d<8, 3>, prelu> {}; // 28 x 28 x 1 -> 26 x 26 x 8
///     model<small> net; // weights 3 x 3 x 1 x 8, 8 biases and 8 slopes
///     auto maps = predict(net, std::vector<float>(28 * 28));
struct prelu : layer_defaults {
    static constexpr layer_traits traits{
        .backward_reads_input = true, .relu_like = true, .smooth = false, .piecewise_linear = true};

    static constexpr parameter_list parameters(extents in) {
        return {1, {parameter{.name = "weight", .logical = extents{in.last()}, .start = 0.25f}}};
    }
    static std::string describe() { return "prelu"; }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::rectify_columns<Arch>(In.count() / width, width, p.x[r], p.parameters, p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::rectify_columns_gradient<Arch>(In.count() / width, width, p.x[r], p.parameters,
                                                    p.y_gradient[r], p.x_gradient[r]);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        if (!p.accumulate) std::fill_n(p.parameter_gradient, padded(width), real_of<Arch>(0));
        kernels::add_slope_gradients<Arch>(
            kernels::groups_of_rows(p.x.rows, p.x.stride, In.count() / width, width), width, p.x.data,
            p.y_gradient.data, p.parameter_gradient);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
