// Two-dimensional convolution over height x width x channels.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/conv.hpp"
#include "strata/kernels/conv_gradient.hpp"
#include "strata/kernels/conv_groups.hpp"
#include "strata/kernels/conv_transpose.hpp"
#include "strata/kernels/reduce.hpp"
#include "strata/kernels/winograd_gradient.hpp"
#include "strata/layers/window.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// A convolution with Filters kernels of size Kernel, 3 or kernel<3, 5>; options: stride<>, same, valid (the default),
/// padding<>, dilation<>, groups<>, direct. In: an image, height x width x channels. Out: Filters channels, and n pixels of an
/// axis become (n - Kernel) / stride + 1, rounded down, if valid, and n / stride, rounded up, if same, which puts zeros
/// around the image (the odd one after it); with padding<>, zeros on both sides, (n + 2 * padding - Kernel) / stride + 1.
/// y(i, j, f) = bias(f) + the sum over u, v and c of x(i * stride + u * dilation - pad, j * stride + v * dilation - pad, c) *
/// weight(u, v, c, f), with zeros beyond the image.
/// A dilated kernel counts with its dilated size, (Kernel - 1) * dilation + 1. A group makes its part of the Filters from
/// its part of the channels: conv2d<16, 3, groups<16>> of 16 channels is depthwise. Weights: kernel height x kernel width
/// x channels / groups x Filters (the order of Keras), and Filters biases. Keras's Conv2D; PyTorch's Conv2d is channels
/// first. Refused while compiling: what is no image, a kernel larger than the image and its padding unless same, a size
/// of 0, groups that do not divide channels and Filters, and other options.
///
/// 3 x 3 kernels of stride 1, neither dilated nor in groups, of 16 channels and Filters or more over images of more than a
/// few pixels are computed by Winograd's minimal filtering, F(2 x 2, 3 x 3) (see kernels/winograd_tile.hpp): forward and both
/// gradients up to twice as fast, each where kernels::winograd::pays says so while compiling. Sums are rounded otherwise, to
/// an error of at most twice the direct sum's, and a NaN or an infinity may spread to the pixels beside those whose windows
/// it is in. The option direct leaves it out.
///
/// The options' name is for what compilers print where a number stands among them.
///
///     struct edges : network<input<28, 28, 1>, conv2d<8, 3, stride<2>, same>, relu> {}; // 28 x 28 x 1 -> 14 x 14 x 8
///     model<edges> net; // weights 3 x 3 x 1 x 8, and 8 biases
///     auto maps = predict(net, std::vector<float>(28 * 28));
template <std::size_t Filters, size2d Kernel,
          class... no_channels_in_and_3x5_is_kernel_3_5_then_stride_same_valid_padding_dilation_groups_direct>
struct conv2d : layer_defaults {
    static constexpr window_options options = read_options<
        no_channels_in_and_3x5_is_kernel_3_5_then_stride_same_valid_padding_dilation_groups_direct...>(1);
    static constexpr std::size_t group_count = options.groups == 0 ? 1 : options.groups; // 0 is refused
    static constexpr bool in_groups = group_count != 1;
    static constexpr bool may_be_fast = !options.direct && !in_groups;
    static constexpr layer_traits traits{
        .backward_reads_input = true, .fuses_relu = true, .fuses_relu_mask = !in_groups, .linear = true};

    static constexpr layer_error accepts(extents in) {
        if (options.unknown || options.has_output_padding) return layer_error::own;
        if (in.rank != 3) return layer_error::needs_image;
        if (Filters == 0 || !Kernel.positive() || !options.stride.positive() ||
            !options.dilation.positive() || options.groups == 0)
            return layer_error::nothing_left;
        if (multiply_sizes(options.stride.height, options.stride.width) > most_floats)
            return layer_error::too_large;
        const kernels::conv_geometry g = geometry(in);
        if (g.map_height == 0 || g.map_width == 0) return layer_error::window_larger_than_input;
        return in[2] % group_count == 0 && Filters % group_count == 0 ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0 || !(options.unknown || options.has_output_padding),
            "strata: this layer does not take one of the options in its brackets: conv2d takes stride<>, "
            "same, valid, padding<>, dilation<>, groups<> and direct; an activation such as relu is an entry "
            "of its "
            "own, after the layer");
        static_assert(
            sizeof(Number) == 0 || options.unknown || options.has_output_padding,
            "strata: this layer's groups do not divide its channels and its filters: each group has "
            "as many of either");
    };
    static constexpr extents output(extents in) {
        const kernels::conv_geometry g = geometry(in);
        return extents{g.map_height, g.map_width, Filters};
    }
    static constexpr parameter_list parameters(extents in) {
        const std::size_t window = multiply_sizes(Kernel.height, Kernel.width);
        return {2,
                {parameter{"weight", extents{Kernel.height, Kernel.width, in[2] / group_count, Filters},
                           multiply_sizes(window, in[2] / group_count),
                           multiply_sizes(window, Filters / group_count)},
                 parameter{"bias", shape<Filters>}}};
    }
    static constexpr std::size_t scratch(extents in, std::size_t rows) {
        const kernels::conv_geometry g = geometry(in);
        if (canvas_too_large(g)) return too_many;
        if (in_groups && std::max(multiply_sizes(in.count(), Filters),
                                  multiply_sizes(output(in).count(), in[2])) > most_floats)
            return too_many;
        if (in_groups) return kernels::convolve_groups_scratch({g, group_count});
        return std::max({may_be_fast && kernels::winograd::pays(g)
                             ? kernels::convolve_winograd_scratch(g, rows)
                             : kernels::convolve_scratch(g),
                         may_be_fast && kernels::winograd::transposed_pays(g)
                             ? kernels::convolve_transposed_winograd_scratch(g, rows)
                             : kernels::convolve_transposed_scratch(g),
                         may_be_fast && kernels::winograd::weight_gradient_pays(g)
                             ? kernels::convolve_weight_gradient_winograd_scratch(g, rows)
                             : kernels::convolve_weight_gradient_scratch(g)});
    }
    static std::string describe() {
        return detail::text_of({"conv2d ", Filters, ", ", describe_window(Kernel, options)});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        static constexpr kernels::conv_geometry g = geometry(In);
        const auto* bias = p.parameters + parameters(In).items[0].floats();
        if constexpr (in_groups)
            kernels::convolve_groups<Arch>({g, group_count}, p.x.rows, p.x.data, p.x.stride, p.parameters,
                                           bias, p.relu, p.y.data, p.y.stride, p.scratch);
        else if constexpr (may_be_fast && kernels::winograd::pays(g))
            kernels::convolve_winograd<Arch>(g, p.x.rows, p.x.data, p.x.stride, p.parameters,
                                             {.bias = bias, .relu = p.relu}, p.y.data, p.y.stride, p.scratch);
        else
            kernels::convolve<Arch>(g, p.x.rows, p.x.data, p.x.stride, p.parameters,
                                    {.bias = bias, .relu = p.relu}, p.y.data, p.y.stride, p.scratch);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        static constexpr kernels::conv_geometry g = geometry(In);
        if constexpr (in_groups)
            kernels::convolve_groups_transposed<Arch>({g, group_count}, p.y_gradient.rows, p.y_gradient.data,
                                                      p.y_gradient.stride, p.parameters, p.x_gradient.data,
                                                      p.x_gradient.stride, p.scratch);
        else if constexpr (may_be_fast && kernels::winograd::transposed_pays(g))
            kernels::convolve_transposed_winograd<Arch>(
                g, p.y_gradient.rows, p.y_gradient.data, p.y_gradient.stride, p.parameters,
                {.relu_mask = p.mask_distance()}, p.x_gradient.data, p.x_gradient.stride, p.scratch);
        else
            kernels::convolve_transposed<Arch, g>(p.y_gradient.rows, p.y_gradient.data, p.y_gradient.stride,
                                                  p.parameters, {.relu_mask = p.mask_distance()},
                                                  p.x_gradient.data, p.x_gradient.stride, p.scratch);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        static constexpr kernels::conv_geometry g = geometry(In);
        if constexpr (in_groups)
            kernels::convolve_groups_weight_gradient<Arch>({g, group_count}, p.x.rows, p.x.data, p.x.stride,
                                                           p.y_gradient.data, p.y_gradient.stride,
                                                           p.accumulate, p.parameter_gradient, p.scratch);
        else if constexpr (may_be_fast && kernels::winograd::weight_gradient_pays(g))
            kernels::convolve_weight_gradient_winograd<Arch>(g, p.x.rows, p.x.data, p.x.stride,
                                                             p.y_gradient.data, p.y_gradient.stride,
                                                             p.accumulate, p.parameter_gradient, p.scratch);
        else
            kernels::convolve_weight_gradient<Arch>(g, p.x.rows, p.x.data, p.x.stride, p.y_gradient.data,
                                                    p.y_gradient.stride, p.accumulate, p.parameter_gradient,
                                                    p.scratch);
        auto* bias = p.parameter_gradient + parameters(In).items[0].floats();
        if (!p.accumulate) std::fill_n(bias, padded(Filters), 0.0f);
        kernels::add_column_sums<Arch>({p.y_gradient.rows, p.y_gradient.stride, g.map_pixels(), Filters},
                                       Filters, p.y_gradient.data, bias);
    }

private:
    /// Of one group, if there are several.
    static constexpr kernels::conv_geometry geometry(extents in) {
        const auto y = window_axis::over_image(in[0], dilated_size(Kernel.height, options.dilation.height),
                                               options.stride.height, options.same, options.padding.height);
        const auto x = window_axis::over_image(in[1], dilated_size(Kernel.width, options.dilation.width),
                                               options.stride.width, options.same, options.padding.width);
        return {.image_height = in[0],
                .image_width = in[1],
                .image_channels = in[2] / group_count,
                .map_height = y.map,
                .map_width = x.map,
                .map_channels = Filters / group_count,
                .kernel_height = Kernel.height,
                .kernel_width = Kernel.width,
                .stride_y = options.stride.height,
                .stride_x = options.stride.width,
                .pad_top = y.pad,
                .pad_left = x.pad,
                .dilation_y = options.dilation.height,
                .dilation_x = options.dilation.width};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
