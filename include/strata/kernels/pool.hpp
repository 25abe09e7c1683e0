// Windows of pooling over an image; the largest value of each, and the way back to the first pixel that had it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

struct pool_geometry {
    std::size_t image_height, image_width, channels;
    std::size_t map_height, map_width;
    std::size_t window_height, window_width;
    std::size_t stride_y, stride_x;
    std::size_t pad_top = 0, pad_left = 0; ///< less than the window, every one of which meets the image

    /// Whether windows side by side meet every pixel once at most.
    [[nodiscard]] constexpr bool apart() const {
        return stride_y >= window_height && stride_x >= window_width;
    }
    /// Whether they meet every pixel exactly once.
    [[nodiscard]] constexpr bool tiled() const {
        return apart() && (stride_y == window_height || map_height == 1) &&
               (stride_x == window_width || map_width == 1) &&
               map_height * window_height >= image_height + pad_top &&
               map_width * window_width >= image_width + pad_left;
    }
};

namespace detail {

/// The part of a window that lies on the image, along one axis: its first pixel, and how many. Without padding that is the
/// window, whose size is known while compiling where GCC makes a clone for it.
struct pool_range {
    std::size_t begin, count;
    pool_range(std::size_t at, std::size_t window, std::size_t pad, std::size_t image)
        : begin{pad == 0 ? at : std::max(at, pad) - pad},
          count{pad == 0 ? window : std::min(at + window, image + pad) - pad - begin} {}
};

inline pool_range rows_of_window(const pool_geometry& g, std::size_t y) {
    return {y * g.stride_y, g.window_height, g.pad_top, g.image_height};
}
inline pool_range columns_of_window(const pool_geometry& g, std::size_t x) {
    return {x * g.stride_x, g.window_width, g.pad_left, g.image_width};
}

/// Calls f(pixel) with the image offset of each pixel of a window.
template <class Function>
void for_each_in_window(const pool_geometry& g, const pool_range& rows, const pool_range& columns,
                        Function&& f) {
    for (std::size_t y = 0; y < rows.count; ++y)
        for (std::size_t x = 0; x < columns.count; ++x)
            f(((rows.begin + y) * g.image_width + columns.begin + x) * g.channels);
}

/// Calls f(first channel, channels) for all vectors of channels of a pixel; of whole ones the number is known
/// while compiling.
template <class Arch, class Function>
void for_each_vector(std::size_t channels, Function&& f) {
    const std::size_t whole = channels / lanes<Arch> * lanes<Arch>;
    for (std::size_t c = 0; c < whole; c += lanes<Arch>)
        f(c, std::integral_constant<std::size_t, lanes<Arch>>{});
    if (whole < channels) f(whole, channels - whole);
}

/// The largest of each channel over a window.
template <class Arch>
vec<Arch> window_maximum(const pool_geometry& g, const real_of<Arch>* image, const pool_range& rows,
                         const pool_range& columns, std::size_t channel, std::size_t now) {
    vec<Arch> largest =
        load_some<Arch>(image + (rows.begin * g.image_width + columns.begin) * g.channels + channel, now);
    for_each_in_window(g, rows, columns, [&](std::size_t pixel) {
        largest = larger_or_nan<Arch>(load_some<Arch>(image + pixel + channel, now), largest);
    });
    return largest;
}

} // namespace detail

/// map = the largest value of each window, channel by channel, for one image; what is beside it is smaller than any.
template <class Arch>
[[gnu::noinline, gnu::flatten]] void max_pool(const pool_geometry& g, const real_of<Arch>* image,
                                              real_of<Arch>* map) {
    for (std::size_t y = 0; y < g.map_height; ++y) {
        const detail::pool_range rows = detail::rows_of_window(g, y);
        for (std::size_t x = 0; x < g.map_width; ++x) {
            const detail::pool_range columns = detail::columns_of_window(g, x);
            detail::for_each_vector<Arch>(g.channels, [&](std::size_t c, auto now) {
                store_some<Arch>(detail::window_maximum<Arch>(g, image, rows, columns, c, now),
                                 map + (y * g.map_width + x) * g.channels + c, now);
            });
        }
    }
}

/// image_gradient = each map gradient at the first pixel of its window that held the maximum (the first NaN
/// if it held one); windows may overlap. With `masked`, the image is what a relu returned, and only what is
/// above 0 gets a gradient.
template <class Arch>
[[gnu::noinline, gnu::flatten]] void max_pool_gradient(const pool_geometry& g, const real_of<Arch>* image,
                                                       const real_of<Arch>* map_gradient, bool masked,
                                                       real_of<Arch>* image_gradient) {
    const bool apart = g.apart(); // then nothing need be added
    if (!g.tiled()) std::fill_n(image_gradient, g.image_height * g.image_width * g.channels, 0.0f);
    for (std::size_t y = 0; y < g.map_height; ++y) {
        const detail::pool_range rows = detail::rows_of_window(g, y);
        for (std::size_t x = 0; x < g.map_width; ++x) {
            const detail::pool_range columns = detail::columns_of_window(g, x);
            detail::for_each_vector<Arch>(g.channels, [&](std::size_t c, auto now) {
                const vec<Arch> largest = detail::window_maximum<Arch>(g, image, rows, columns, c, now);
                vec<Arch> rest = load_some<Arch>(map_gradient + (y * g.map_width + x) * g.channels + c, now);
                if (masked) rest = select(largest > vec<Arch>(0.0f), rest, vec<Arch>(0.0f));
                detail::for_each_in_window(g, rows, columns, [&](std::size_t pixel) {
                    const vec<Arch> value = load_some<Arch>(image + pixel + c, now);
                    const auto here = value == largest || nan_lanes<Arch>(value);
                    real_of<Arch>* to = image_gradient + pixel + c;
                    const vec<Arch> share = select(here, rest, vec<Arch>(0.0f));
                    store_some<Arch>(apart ? share : load_some<Arch>(to, now) + share, to, now);
                    // What has been handed out is gone, so that a tie pays only once.
                    rest = select(here, vec<Arch>(0.0f), rest);
                });
            });
        }
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
