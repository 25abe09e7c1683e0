// Transposed two-dimensional convolution: the way back of a convolution, as a layer.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/conv.hpp"
#include "strata/kernels/conv_gradient.hpp"
#include "strata/kernels/conv_transpose.hpp"
#include "strata/kernels/reduce.hpp"
#include "strata/layers/window.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// A transposed convolution with Filters kernels of size Kernel, 3 or kernel<3, 5>; options: stride<>, same, valid
/// (the default), padding<>, output_padding<> (in pixels, smaller than the stride). In: an image, height x width x
/// channels. Out: Filters channels, and of Keras's size: n pixels of an axis become n * stride if same, and n *
/// stride + max(Kernel - stride, 0) if valid; with an output padding (n - 1) * stride + Kernel + output padding, and
/// if same less 2 * (Kernel / 2), whose half is rounded down; with padding<>, of PyTorch's size, (n - 1) * stride +
/// Kernel + output padding - 2 * padding. Weights: kernel height x kernel width x Filters x channels (the order of
/// Keras), and Filters biases. Pixel x(i, j, c) adds x(i, j, c) * weight(u, v, f, c) to y(i * stride + u - pad, j *
/// stride + v - pad, f), for each u, v and f, beside the biases. Keras's Conv2DTranspose; PyTorch's ConvTranspose2d
/// is channels first. Refused while compiling: what is no image, a size of 0, an output padding that is not smaller
/// than the stride, and other options. The options' name is for what compilers print where a number stands among
/// them.
///
///     struct larger : network<input<7, 7, 8>, conv2d_transpose<1, 3, stride<2>, same>> {}; // 7 x 7 x 8 -> 14 x 14 x 1
///     model<larger> net; // weights 3 x 3 x 1 x 8, and 1 bias
///     auto pictures = predict(net, std::vector<float>(7 * 7 * 8));
template <std::size_t Filters, size2d Kernel,
          class... no_channels_in_and_3x5_is_kernel_3_5_then_stride_same_valid>
struct conv2d_transpose : layer_defaults {
    static constexpr layer_traits traits{
        .backward_reads_input = true, .fuses_relu = true, .fuses_relu_mask = true, .linear = true};
    static constexpr window_options options =
        read_options<no_channels_in_and_3x5_is_kernel_3_5_then_stride_same_valid...>(1);

    static constexpr layer_error accepts(extents in) {
        if (options.unknown || options.has_dilation || options.has_groups || options.direct)
            return layer_error::own;
        if (in.rank != 3) return layer_error::needs_image;
        if (Filters == 0 || !Kernel.positive() || !options.stride.positive())
            return layer_error::nothing_left;
        if (multiply_sizes(options.stride.height, options.stride.width) > most_floats)
            return layer_error::too_large;
        if (options.has_output_padding && (options.output_padding.height >= options.stride.height ||
                                           options.output_padding.width >= options.stride.width))
            return layer_error::nothing_left;
        const extents out = output(in);
        return out.count() == 0 ? layer_error::nothing_left : layer_error::none;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: this layer does not take one of the options in its brackets: conv2d_transpose takes "
            "stride<>, same, valid, padding<> and output_padding<>; an activation such as relu is an entry "
            "of its own, after the layer");
    };
    static constexpr extents output(extents in) {
        const kernels::conv_geometry g = geometry(in);
        return extents{g.image_height, g.image_width, Filters};
    }
    /// The rows and columns of what its kernels reach that lie before the image, cut off.
    static constexpr size2d place(extents in) { return {geometry(in).pad_top, geometry(in).pad_left}; }
    static constexpr parameter_list parameters(extents in) {
        const std::size_t window = multiply_sizes(Kernel.height, Kernel.width);
        return {2,
                {parameter{"weight", extents{Kernel.height, Kernel.width, Filters, in[2]},
                           multiply_sizes(window, in[2]), multiply_sizes(window, Filters)},
                 parameter{"bias", shape<Filters>}}};
    }
    static constexpr std::size_t scratch(extents in, std::size_t) {
        const kernels::conv_geometry g = geometry(in);
        if (canvas_too_large(g)) return too_many;
        return std::max({kernels::convolve_transposed_scratch(g), kernels::convolve_scratch(g),
                         kernels::convolve_weight_gradient_scratch(g)});
    }
    static std::string describe() {
        return detail::text_of({"conv2d_transpose ", Filters, ", ", describe_window(Kernel, options)});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        static constexpr kernels::conv_geometry g = geometry(In);
        const auto* bias = p.parameters + parameters(In).items[0].floats();
        kernels::convolve_transposed<Arch, g>(p.x.rows, p.x.data, p.x.stride, p.parameters,
                                              {.bias = bias, .relu = p.relu}, p.y.data, p.y.stride,
                                              p.scratch);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        static constexpr kernels::conv_geometry g = geometry(In);
        kernels::convolve<Arch>(g, p.y_gradient.rows, p.y_gradient.data, p.y_gradient.stride, p.parameters,
                                {.relu_mask = p.mask_distance()}, p.x_gradient.data, p.x_gradient.stride,
                                p.scratch);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        static constexpr kernels::conv_geometry g = geometry(In);
        kernels::convolve_weight_gradient<Arch>(g, p.x.rows, p.y_gradient.data, p.y_gradient.stride, p.x.data,
                                                p.x.stride, p.accumulate, p.parameter_gradient, p.scratch);
        auto* bias = p.parameter_gradient + parameters(In).items[0].floats();
        if (!p.accumulate) std::fill_n(bias, padded(Filters), 0.0f);
        kernels::add_column_sums<Arch>(
            {p.y_gradient.rows, p.y_gradient.stride, g.image_height * g.image_width, Filters}, Filters,
            p.y_gradient.data, bias);
    }

private:
    static constexpr kernels::conv_geometry geometry(extents in) {
        const auto& o = options;
        const auto y =
            window_axis::over_map(in[0], Kernel.height, o.stride.height, o.same, o.has_output_padding,
                                  o.output_padding.height, o.has_padding, o.padding.height);
        const auto x =
            window_axis::over_map(in[1], Kernel.width, o.stride.width, o.same, o.has_output_padding,
                                  o.output_padding.width, o.has_padding, o.padding.width);
        return {.image_height = y.image,
                .image_width = x.image,
                .image_channels = Filters,
                .map_height = in[0],
                .map_width = in[1],
                .map_channels = in[2],
                .kernel_height = Kernel.height,
                .kernel_width = Kernel.width,
                .stride_y = o.stride.height,
                .stride_x = o.stride.width,
                .pad_top = y.pad,
                .pad_left = x.pad};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
