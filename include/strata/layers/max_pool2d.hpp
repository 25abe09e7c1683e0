// Max pooling: the largest value of each window, channel by channel.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/layers/pooling.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// The largest value of each Window, 2 or kernel<2, 3>; options: stride<> (default: the window, so that
/// windows do not overlap), padding<> (at most half of the window; nothing of it is ever the largest). In: an image,
/// height x width x channels. Out: the same channels, and n pixels of an axis become (n + 2 * padding - Window) / stride
/// + 1, rounded down: windows stay inside the image and its padding; pixels that no window covers are left out. The
/// gradient goes to the first largest pixel. Keras's MaxPooling2D with "valid" padding, PyTorch's MaxPool2d. Refused
/// while compiling: what is no image, a window larger than the image, a size of 0, a padding of more than half of the
/// window, and other options. The options' name is for what compilers print where a number stands among them.
///
///     struct smaller : network<input<28, 28, 1>, conv2d<8, 3>, relu, max_pool2d<2>> {}; // 28 x 28 x 1 -> 13 x 13 x 8
///     model<smaller> net;
///     auto maps = predict(net, std::vector<float>(28 * 28));
template <size2d Window, class... no_number_and_2x3_is_kernel_2_3_but_stride_padding>
struct max_pool2d : detail::pooling<Window, no_number_and_2x3_is_kernel_2_3_but_stride_padding...> {
private:
    using base = detail::pooling<Window, no_number_and_2x3_is_kernel_2_3_but_stride_padding...>;

public:
    static constexpr layer_traits traits{.backward_reads_input = true,
                                         .fuses_relu_mask = true,
                                         .gives = output_values::as_input,
                                         .smooth = false,
                                         .piecewise_linear = true};
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0 || base::known,
            "strata: this layer does not take one of the options in its brackets: max_pool2d takes only "
            "stride<>, padding<> and valid; an activation such as relu is an entry of its own, after the "
            "layer");
        static_assert(sizeof(Number) == 0 || base::padding_fits || !base::known,
                      "strata: this layer's padding is more than half of its window: some windows would hold "
                      "nothing but padding");
    };
    static std::string describe() {
        return detail::text_of({"max_pool2d ", describe_window(Window, base::options)});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        static constexpr kernels::pool_geometry g = base::geometry(In);
        for (std::size_t r = 0; r < p.x.rows; ++r) kernels::max_pool<Arch>(g, p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        static constexpr kernels::pool_geometry g = base::geometry(In);
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r)
            kernels::max_pool_gradient<Arch>(g, p.x[r], p.y_gradient[r], p.masked, p.x_gradient[r]);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
