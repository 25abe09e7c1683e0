// Nearest-neighbour enlargement by whole factors, and its gradient.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

struct upsample_geometry {
    std::size_t height, width, channels; ///< of the small image
    std::size_t factor_y, factor_x;
};

/// large = small with every pixel repeated factor_y x factor_x times, for one image.
template <class Arch>
STRATA_NOINLINE void upsample(const upsample_geometry& g, const real_of<Arch>* small, real_of<Arch>* large) {
    const std::size_t row = g.width * g.factor_x * g.channels;
    for (std::size_t y = 0; y < g.height; ++y) {
        real_of<Arch>* first = large + y * g.factor_y * row;
        for (std::size_t x = 0; x < g.width; ++x)
            for (std::size_t k = 0; k < g.factor_x; ++k)
                std::copy_n(small + (y * g.width + x) * g.channels, g.channels,
                            first + (x * g.factor_x + k) * g.channels);
        for (std::size_t k = 1; k < g.factor_y; ++k) std::copy_n(first, row, first + k * row);
    }
}

/// small_gradient = the sum over the copies of each pixel.
template <class Arch>
STRATA_NOINLINE void upsample_gradient(const upsample_geometry& g, const real_of<Arch>* large_gradient,
                                       real_of<Arch>* small_gradient) {
    const std::size_t row = g.width * g.factor_x * g.channels;
    std::fill_n(small_gradient, g.height * g.width * g.channels, 0.0f);
    for (std::size_t y = 0; y < g.height; ++y)
        for (std::size_t x = 0; x < g.width; ++x) {
            real_of<Arch>* to = small_gradient + (y * g.width + x) * g.channels;
            for (std::size_t ky = 0; ky < g.factor_y; ++ky)
                for (std::size_t kx = 0; kx < g.factor_x; ++kx)
                    transform<Arch>(
                        g.channels, to, [](const auto& a, const auto& b) { return a + b; },
                        static_cast<const real_of<Arch>*>(to),
                        large_gradient + (y * g.factor_y + ky) * row + (x * g.factor_x + kx) * g.channels);
        }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
