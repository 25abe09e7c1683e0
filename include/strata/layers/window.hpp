// What layers with windows share: the options stride, same, valid, padding, dilation, groups, direct and output_padding, and
// their arithmetic (Keras's; padding's is PyTorch's).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Height and width. What a kernel's template argument is, written as one number for a square or as kernel<3, 5>.
struct size2d {
    std::size_t height = 1; ///< rows
    std::size_t width = 1;  ///< columns

    constexpr size2d() = default;
    /// A square.
    // NOLINTNEXTLINE(google-explicit-constructor): 3 is short for a square.
    constexpr size2d(std::size_t side) : height{side}, width{side} {}
    /// So many rows and columns.
    constexpr size2d(std::size_t h, std::size_t w) : height{h}, width{w} {}
    constexpr bool operator==(const size2d&) const = default;

    /// Whether neither is 0.
    [[nodiscard]] constexpr bool positive() const { return height > 0 && width > 0; }
};

/// As "3x5".
[[gnu::cold, gnu::noinline]] inline std::string to_string(const size2d& s) {
    return detail::text_of({s.height, "x", s.width});
}

/// A kernel of this height and width where it is no square: conv2d<32, kernel<3, 5>, same>, max_pool2d<kernel<2, 3>>.
template <std::size_t Height, std::size_t Width>
inline constexpr size2d kernel{Height, Width};

/// Steps between windows. Default 1 (for pooling: the window).
template <std::size_t Y, std::size_t X = Y>
struct stride {};

/// Padding: as many windows as input pixels divided by the stride, rounded up; zeros around, the odd one
/// after.
struct same {};

/// No padding: windows stay inside the input. The default.
struct valid {};

/// Padding of Y rows above and below the image, and X columns on its left and on its right: PyTorch's padding=(Y, X). Of a
/// transposed convolution these rows and columns are cut off its output.
template <std::size_t Y, std::size_t X = Y>
struct padding {};

/// A kernel spread out: from one of its rows to the next Y of the image, from one of its columns to the next X. Its size
/// is then (Kernel - 1) * dilation + 1.
template <std::size_t Y, std::size_t X = Y>
struct dilation {};

/// Channels in so many groups, each of which is convolved by itself: PyTorch's and Keras's groups. As many as there are
/// channels make a depthwise convolution.
template <std::size_t Count>
struct groups {};

/// No fast convolution (see conv2d): every sum is made of its own products.
struct direct {};

/// Rows and columns added after a transposed convolution's output, to choose between the sizes that a stride
/// maps to one.
template <std::size_t Y, std::size_t X = Y>
struct output_padding {};

/// The options of a layer with windows, as values.
struct window_options {
    size2d stride{0, 0}; ///< 0: not given
    bool same = false;
    bool has_padding = false;
    size2d padding{0, 0};
    bool has_dilation = false;
    size2d dilation{1, 1};
    bool has_groups = false;
    std::size_t groups = 1;
    bool direct = false;
    bool has_output_padding = false;
    size2d output_padding{0, 0};
    bool unknown = false; ///< there was something else among them
};

namespace detail {

template <std::size_t Y, std::size_t X>
constexpr void apply(window_options& o, strata::stride<Y, X>) {
    o.stride = {Y, X};
}
constexpr void pad(window_options& o, bool same, bool has_padding, size2d padding) {
    o.same = same;
    o.has_padding = has_padding;
    o.padding = padding;
}
constexpr void apply(window_options& o, strata::same) { pad(o, true, false, {0, 0}); }
constexpr void apply(window_options& o, strata::valid) { pad(o, false, false, {0, 0}); }
template <std::size_t Y, std::size_t X>
constexpr void apply(window_options& o, strata::padding<Y, X>) {
    pad(o, false, true, {Y, X});
}
template <std::size_t Y, std::size_t X>
constexpr void apply(window_options& o, strata::dilation<Y, X>) {
    o.has_dilation = true;
    o.dilation = {Y, X};
}
template <std::size_t Count>
constexpr void apply(window_options& o, strata::groups<Count>) {
    o.has_groups = true;
    o.groups = Count;
}
constexpr void apply(window_options& o, strata::direct) { o.direct = true; }
template <std::size_t Y, std::size_t X>
constexpr void apply(window_options& o, strata::output_padding<Y, X>) {
    o.has_output_padding = true;
    o.output_padding = {Y, X};
}
template <class Other>
constexpr void apply(window_options& o, Other) {
    o.unknown = true;
}

} // namespace detail

/// The options given in a layer's brackets, in any order; `default_stride` where none is given. (Not
/// consteval: Clang 16 then loses options where the result is used at run time.)
template <class... Options>
constexpr window_options read_options(size2d default_stride) {
    window_options options;
    options.stride = default_stride;
    (detail::apply(options, Options{}), ...);
    return options;
}

/// Pixels from the first to the last that a kernel of this size meets.
constexpr std::size_t dilated_size(std::size_t kernel, std::size_t dilation) {
    return kernel == 0 ? 0 : add_sizes(multiply_sizes(kernel - 1, dilation), 1);
}

/// One axis of a window sliding over an image.
struct window_axis {
    std::size_t image, map, pad; ///< pixels, windows, and zeros before the first pixel

    /// From the image's size. With `same`: ceil(image / stride) windows; else those that fit into it and `padding` on
    /// both sides (0 if none does).
    static constexpr window_axis over_image(std::size_t image, std::size_t window, std::size_t step,
                                            bool same, std::size_t padding = 0) {
        if (!same) {
            const std::size_t canvas = add_sizes(image, multiply_sizes(2, padding));
            return {image, canvas < window ? 0 : (canvas - window) / step + 1, padding};
        }
        const std::size_t map = image / step + (image % step != 0);
        const std::size_t reach = add_sizes((map - 1) * step, window);
        return {image, map, reach > image ? (reach - image) / 2 : 0};
    }

    /// From the map's size, for a transposed convolution.
    static constexpr window_axis over_map(std::size_t map, std::size_t window, std::size_t step, bool same,
                                          bool has_output_padding, std::size_t output_padding,
                                          bool has_padding = false, std::size_t padding = 0) {
        const std::size_t reach = add_sizes(multiply_sizes(map - 1, step), window);
        if (has_padding) {
            const std::size_t full = add_sizes(reach, output_padding), lost = multiply_sizes(2, padding);
            return {full > lost ? full - lost : 0, map, padding};
        }
        std::size_t image = multiply_sizes(map, step);
        if (!same) image = add_sizes(image, window > step ? window - step : 0);
        if (has_output_padding) {
            const std::size_t lost = same ? window / 2 * 2 : 0;
            const std::size_t full = add_sizes(reach, output_padding);
            image = full > lost ? full - lost : 0;
        }
        return {image, map, same && reach > image ? (reach - image) / 2 : 0};
    }
};

/// Whether the plane that a convolution's windows cover, zeros around the image included, is too large.
template <class Geometry>
constexpr bool canvas_too_large(const Geometry& g) {
    const std::size_t pixels = multiply_sizes(g.canvas_height(), g.canvas_width());
    return multiply_sizes(pixels, g.image_channels) > most_floats;
}

/// "3x3, stride 2x2, same".
[[gnu::cold, gnu::noinline]] inline std::string describe_window(size2d window, const window_options& o) {
    std::string text = to_string(window);
    if (o.stride != size2d{1}) text.append(detail::text_of({", stride ", o.stride}));
    if (o.same) text.append(", same");
    if (o.has_padding) text.append(detail::text_of({", padding ", o.padding}));
    if (o.has_dilation) text.append(detail::text_of({", dilation ", o.dilation}));
    if (o.has_groups) text.append(detail::text_of({", groups ", o.groups}));
    if (o.direct) text.append(", direct");
    if (o.has_output_padding) text.append(detail::text_of({", output padding ", o.output_padding}));
    return text;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
