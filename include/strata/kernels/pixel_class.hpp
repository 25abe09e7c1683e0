// Pixels of an image that see the same taps of a kernel, as transposed convolution goes through them.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace strata::inline STRATA_TARGET::kernels {

/// The pixels of one class along one axis: their taps, and the map pixels that these reach.
struct pixel_class {
    std::size_t tap_step;  ///< the taps are first_tap, first_tap + tap_step, ...
    std::size_t map_step;  ///< a tap later, the map is met so many pixels earlier
    std::size_t first_tap; ///< the kernel's size if there is none
    std::size_t taps;
    std::size_t first_pixel; ///< the pixels are first_pixel, first_pixel + stride, ...
    std::size_t pixels;
    std::ptrdiff_t
        map_at; ///< the map pixel that the first pixel reaches with its first tap; may lie beside the map

    constexpr pixel_class(std::size_t remainder, std::size_t image, std::size_t kernel, std::size_t stride,
                          std::size_t pad, std::size_t dilation)
        : tap_step{stride / std::gcd(stride, dilation)},
          map_step{dilation / std::gcd(stride, dilation)},
          first_tap{0},
          taps{0},
          first_pixel{(remainder + stride - pad % stride) % stride},
          pixels{first_pixel < image ? (image - first_pixel - 1) / stride + 1 : 0},
          map_at{0} {
        while (first_tap < kernel && first_tap < tap_step && first_tap * dilation % stride != remainder)
            ++first_tap;
        if (first_tap >= tap_step || first_tap >= kernel) {
            first_tap = kernel;
            return;
        }
        taps = (kernel - first_tap + tap_step - 1) / tap_step;
        map_at = (std::ptrdiff_t(first_pixel + pad) - std::ptrdiff_t(first_tap * dilation)) /
                 std::ptrdiff_t(stride);
    }

    /// The map pixel, which has to be one, that pixel p of the class meets with tap t of the class.
    [[nodiscard]] constexpr std::size_t met_by(std::size_t p, std::size_t t) const {
        return std::size_t(map_at + std::ptrdiff_t(p) - std::ptrdiff_t(t * map_step));
    }
};

/// Neighbouring pixels of a class that see the map through the same taps: at the edges some taps lie beside the map.
struct pixel_zone {
    std::size_t first, pixels;   ///< counted within the class
    std::size_t least_tap, taps; ///< counted within the class

    /// The zone that starts at pixel `first` of a class, over a map of this many pixels.
    constexpr pixel_zone(const pixel_class& c, std::size_t map, std::size_t at) : first{at} {
        least_tap = lowest(c, map, at);
        taps = highest(c, at) - least_tap;
        pixels = 1;
        if (taps > 0 && taps == c.taps) { // all that the class has, up to the map's edge
            pixels = std::min(c.pixels, std::size_t(std::ptrdiff_t(map) - c.map_at)) - at;
            return;
        }
        while (at + pixels < c.pixels && lowest(c, map, at + pixels) == least_tap &&
               highest(c, at + pixels) == least_tap + taps)
            ++pixels;
    }

private:
    static constexpr std::size_t quotient(std::size_t a, std::size_t b) { return b == 1 ? a : a / b; }
    // Tap t of pixel p meets map pixel map_at + p - t * map_step.
    static constexpr std::size_t highest(const pixel_class& c, std::size_t p) {
        const std::ptrdiff_t at = c.map_at + std::ptrdiff_t(p);
        return at < 0 ? 0 : std::min(c.taps, quotient(std::size_t(at), c.map_step) + 1);
    }
    static constexpr std::size_t lowest(const pixel_class& c, std::size_t map, std::size_t p) {
        const std::ptrdiff_t beyond = c.map_at + std::ptrdiff_t(p) + 1 - std::ptrdiff_t(map);
        return beyond <= 0
                   ? 0
                   : std::min(quotient(std::size_t(beyond) + c.map_step - 1, c.map_step), highest(c, p));
    }
};

/// The classes of the image's rows and columns.
constexpr pixel_class row_class(const conv_geometry& g, std::size_t remainder) {
    return {remainder, g.image_height, g.kernel_height, g.stride_y, g.pad_top, g.dilation_y};
}
constexpr pixel_class column_class(const conv_geometry& g, std::size_t remainder) {
    return {remainder, g.image_width, g.kernel_width, g.stride_x, g.pad_left, g.dilation_x};
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
