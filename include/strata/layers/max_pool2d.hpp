// Max pooling: the largest value of each window, channel by channel.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/pool.hpp"
#include "strata/layers/window.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// The largest value of each Window, 2 or kernel<2, 3>; option: stride<> (default: the window, so that
/// windows do not overlap). In: an image, height x width x channels. Out: the same channels, and n pixels of an axis
/// become (n - Window) / stride + 1, rounded down: windows stay inside the image; pixels that no window covers are left
/// out. The gradient goes to the first largest pixel. Keras's MaxPooling2D with "valid" padding, PyTorch's MaxPool2d.
/// Refused while compiling: what is no image, a window larger than the image, a size of 0, and other options. The
/// options' name is for what compilers print where a number stands among them.
///
///     struct smaller : network<input<28, 28, 1>, conv2d<8, 3>, relu, max_pool2d<2>> {}; // 28 x 28 x 1 -> 13 x 13 x 8
///     model<smaller> net;
///     auto maps = predict(net, std::vector<float>(28 * 28));
template <size2d Window, class... no_number_and_2x3_is_kernel_2_3_but_stride>
struct max_pool2d : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true,
                                         .fuses_relu_mask = true,
                                         .gives = output_values::as_input,
                                         .smooth = false};
    static constexpr window_options options =
        read_options<no_number_and_2x3_is_kernel_2_3_but_stride...>(Window);

    static constexpr layer_error accepts(extents in) {
        if (options.unknown || options.same || options.has_output_padding) return layer_error::own;
        if (in.rank != 3) return layer_error::needs_image;
        if (!Window.positive() || !options.stride.positive()) return layer_error::nothing_left;
        return in[0] < Window.height || in[1] < Window.width ? layer_error::window_larger_than_input
                                                             : layer_error::none;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: this layer does not take one of the options in its brackets: max_pool2d takes only "
            "stride<> and valid; an activation such as relu is an entry of its own, after the layer");
    };
    static constexpr extents output(extents in) {
        const kernels::pool_geometry g = geometry(in);
        return extents{g.map_height, g.map_width, in[2]};
    }
    static std::string describe() { return "max_pool2d " + describe_window(Window, options); }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        static constexpr kernels::pool_geometry g = geometry(In);
        for (std::size_t r = 0; r < p.x.rows; ++r) kernels::max_pool<Arch>(g, p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        static constexpr kernels::pool_geometry g = geometry(In);
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            kernels::max_pool_gradient<Arch>(g, p.x[r], p.y_gradient[r], p.masked, p.x_gradient[r]);
    }

private:
    static constexpr kernels::pool_geometry geometry(extents in) {
        return {.image_height = in[0],
                .image_width = in[1],
                .channels = in[2],
                .map_height = window_axis::over_image(in[0], Window.height, options.stride.height, false).map,
                .map_width = window_axis::over_image(in[1], Window.width, options.stride.width, false).map,
                .window_height = Window.height,
                .window_width = Window.width,
                .stride_y = options.stride.height,
                .stride_x = options.stride.width};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
