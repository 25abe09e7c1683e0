// Layers of images in ONNX's operators: convolutions, pooling, enlarging, padding.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/onnx_layer.hpp"
#include "strata/layers/average_pool2d.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/global_average_pool2d.hpp"
#include "strata/layers/max_pool2d.hpp"
#include "strata/layers/upsample2d.hpp"
#include "strata/layers/window.hpp"
#include "strata/layers/zero_pad2d.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// How a kind of layer is written, if it is one of ours: a function write(onnx_layer&) that returns the output's name.
template <class Layer>
struct onnx_form {};

inline std::vector<std::size_t> sizes_of(size2d s) { return {s.height, s.width}; }

/// Padding before and behind one axis, and rows to be added behind: they give `out` places.
struct onnx_padding {
    std::size_t before = 0, behind = 0, added = 0;
};
/// Of windows over an image: what the last of them reaches beyond it.
constexpr onnx_padding padding_over(std::size_t image, std::size_t window, std::size_t step,
                                    const window_options& o, std::size_t given) {
    const window_axis axis = window_axis::over_image(image, window, step, o.same, given);
    if (!o.same) return {given, given, 0};
    const std::size_t reach = (axis.map - 1) * step + window;
    return {axis.pad, reach > image + axis.pad ? reach - image - axis.pad : 0, 0};
}
/// Of a transposed convolution: what is cut off of all that its kernels reach, or lies behind it. Where that can be said as
/// PyTorch does, as much is cut behind as before, and rows are added again.
constexpr onnx_padding padding_under(std::size_t image, std::size_t pad, std::size_t reach) {
    const std::size_t kept = image + pad;
    const std::size_t behind = reach > kept ? reach - kept : 0, added = kept > reach ? kept - reach : 0;
    return behind < pad ? onnx_padding{pad, pad, added + pad - behind} : onnx_padding{pad, behind, added};
}
inline std::vector<std::size_t> pads_of(const onnx_padding& y, const onnx_padding& x) {
    return {y.before, x.before, y.behind, x.behind};
}

/// Zeros above and left of an image, below and right of it.
inline std::string write_padded(onnx_layer& l, size2d before, size2d behind) {
    const std::vector<std::size_t> sides{0, 0, before.height, before.width,
                                         0, 0, behind.height, behind.width};
    return l.apply("Pad", {l.input(), l.integers("pads", sides)}, {{"mode", "constant"}});
}

template <std::size_t Filters, size2d Kernel, class... Options>
struct onnx_form<conv2d<Filters, Kernel, Options...>> {
    static std::string write(onnx_layer& l) {
        static constexpr window_options o = conv2d<Filters, Kernel, Options...>::options;
        const auto pad = [&](std::size_t axis, std::size_t window, std::size_t dilation, std::size_t step,
                             std::size_t given) {
            return padding_over(l.shape()[axis], dilated_size(window, dilation), step, o, given);
        };
        return l.apply(
            "Conv", {l.input(), l.parameter(0, {3, 2, 0, 1}), l.parameter(1)},
            {{"kernel_shape", sizes_of(Kernel)},
             {"strides", sizes_of(o.stride)},
             {"dilations", sizes_of(o.dilation)},
             {"group", o.groups},
             {"pads", pads_of(pad(0, Kernel.height, o.dilation.height, o.stride.height, o.padding.height),
                              pad(1, Kernel.width, o.dilation.width, o.stride.width, o.padding.width))}});
    }
};

template <std::size_t Filters, size2d Kernel, class... Options>
struct onnx_form<conv2d_transpose<Filters, Kernel, Options...>> {
    static std::string write(onnx_layer& l) {
        static constexpr window_options o = conv2d_transpose<Filters, Kernel, Options...>::options;
        static constexpr size2d step = o.stride;
        const extents out = conv2d_transpose<Filters, Kernel, Options...>::output(l.shape());
        const auto place = conv2d_transpose<Filters, Kernel, Options...>::place(l.shape());
        const onnx_padding y =
            padding_under(out[0], place.height, (l.shape()[0] - 1) * step.height + Kernel.height);
        const onnx_padding x =
            padding_under(out[1], place.width, (l.shape()[1] - 1) * step.width + Kernel.width);
        const bool even = y.before == y.behind && x.before == x.behind;
        std::string whole =
            l.apply("ConvTranspose", {l.input(), l.parameter(0, {3, 2, 0, 1}), l.parameter(1)},
                    {{"kernel_shape", sizes_of(Kernel)},
                     {"strides", sizes_of(step)},
                     {"pads", even ? pads_of(y, x) : pads_of({}, {})},
                     {"output_padding", std::vector<std::size_t>{y.added, x.added}}});
        if (even) return whole;
        // Not every reader takes a padding that differs before and behind.
        return l.apply("Slice", {whole, l.integers("starts", {y.before, x.before}),
                                 l.integers("ends", {y.before + out[0], x.before + out[1]}),
                                 l.integers("axes", {2, 3})});
    }
};

template <size2d Window, class... Options>
struct onnx_form<max_pool2d<Window, Options...>> {
    static std::string write(onnx_layer& l) {
        static constexpr window_options o = max_pool2d<Window, Options...>::options;
        const onnx_padding y{o.padding.height, o.padding.height, 0}, x{o.padding.width, o.padding.width, 0};
        return l.apply(
            "MaxPool", {l.input()},
            {{"kernel_shape", sizes_of(Window)}, {"strides", sizes_of(o.stride)}, {"pads", pads_of(y, x)}});
    }
};
/// The zeros around count: readers differ in what they make of AveragePool's attribute for that.
template <size2d Window, class... Options>
struct onnx_form<average_pool2d<Window, Options...>> {
    static std::string write(onnx_layer& l) {
        static constexpr window_options o = average_pool2d<Window, Options...>::options;
        std::string padded = l.input();
        if (o.padding != size2d{0, 0}) padded = write_padded(l, o.padding, o.padding);
        return l.apply("AveragePool", {padded},
                       {{"kernel_shape", sizes_of(Window)}, {"strides", sizes_of(o.stride)}});
    }
};
template <>
struct onnx_form<global_average_pool2d> {
    static std::string write(onnx_layer& l) {
        return l.apply("Flatten", {l.apply("GlobalAveragePool", {l.input()})}, {{"axis", 1}});
    }
};

template <std::size_t Down, std::size_t Across, class Mode>
struct onnx_form<upsample2d<Down, Across, Mode>> {
    static std::string write(onnx_layer& l) {
        const std::array<float, 4> scales{1, 1, static_cast<float>(Down), static_cast<float>(Across)};
        const std::vector<std::string> from{l.input(), "", l.floats("scales", scales)};
        if constexpr (std::is_same_v<Mode, bilinear>)
            return l.apply("Resize", from,
                           {{"mode", "linear"}, {"coordinate_transformation_mode", "half_pixel"}});
        else
            return l.apply("Resize", from,
                           {{"mode", "nearest"},
                            {"coordinate_transformation_mode", "asymmetric"},
                            {"nearest_mode", "floor"}});
    }
};

template <std::size_t... Sides>
struct onnx_form<zero_pad2d<Sides...>> {
    static std::string write(onnx_layer& l) {
        static constexpr std::size_t sides[]{Sides...}, count = sizeof...(Sides);
        constexpr std::size_t top = sides[0], bottom = sides[count == 4 ? 1 : 0];
        constexpr std::size_t left = sides[count == 4 ? 2 : count - 1], right = sides[count - 1];
        return write_padded(l, {top, left}, {bottom, right});
    }
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
