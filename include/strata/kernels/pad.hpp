// Zeros around an image, and the way back.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// An image, and the rows and columns added on each of its sides.
struct pad_geometry {
    std::size_t height, width, channels;
    std::size_t top, bottom, left, right;
};

/// padded = the image with zeros around, for one image.
template <class Arch>
STRATA_NOINLINE void pad_image(const pad_geometry& g, const real_of<Arch>* image, real_of<Arch>* padded) {
    const std::size_t row = g.width * g.channels;
    const std::size_t left = g.left * g.channels;
    const std::size_t right = g.right * g.channels;
    const std::size_t padded_row = left + row + right;
    // Between two rows of the image, one's right side and the next one's left side are one run of zeros.
    padded = std::fill_n(padded, g.top * padded_row + left, real_of<Arch>(0));
    for (std::size_t y = 0; y < g.height; ++y) {
        padded = std::copy_n(image + y * row, row, padded);
        padded = std::fill_n(padded, y + 1 < g.height ? right + left : right, real_of<Arch>(0));
    }
    std::fill_n(padded, g.bottom * padded_row, real_of<Arch>(0));
}

/// image = the part of a padded image that is no padding: also the gradient of pad_image.
template <class Arch>
STRATA_NOINLINE void crop_image(const pad_geometry& g, const real_of<Arch>* padded, real_of<Arch>* image) {
    const std::size_t row = g.width * g.channels;
    const std::size_t padded_row = (g.left + g.width + g.right) * g.channels;
    for (std::size_t y = 0; y < g.height; ++y)
        std::copy_n(padded + (g.top + y) * padded_row + g.left * g.channels, row, image + y * row);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
