// Enlargement by whole factors, by the nearest pixel or between pixels, and the gradients.
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

namespace detail {

/// Between which pixels of a line of `size` the enlarged pixel `at` lies, and how much of the second it has: as if
/// pixels were squares, each cut into `factor`; beyond the outermost middles there is nothing to mix.
template <class Real>
struct bilinear_place {
    std::size_t first, second;
    Real share;

    bilinear_place(std::size_t at, std::size_t size, std::size_t factor) {
        // Twice the distance of the pixel's middle from the line's start, in cut pixels; middles lie at odd factors.
        const std::size_t twice = 2 * at + 1;
        const std::size_t beyond = twice < factor ? 0 : (twice - factor) / (2 * factor);
        first = std::min(beyond, size - 1);
        second = std::min(first + 1, size - 1);
        share = twice < factor || first == second
                    ? Real(0)
                    : static_cast<Real>(twice - factor - 2 * factor * first) / static_cast<Real>(2 * factor);
    }
};

} // namespace detail

/// Floats of scratch that bilinear enlargement and its gradient need: a line of the small image.
constexpr std::size_t bilinear_scratch(const upsample_geometry& g) { return g.width * g.channels; }

/// large = small, enlarged by mixing neighbours, for one image: first lines, then along each.
template <class Arch>
STRATA_NOINLINE void upsample_bilinear(const upsample_geometry& g, const real_of<Arch>* small,
                                       real_of<Arch>* large, real_of<Arch>* scratch) {
    const std::size_t line = g.width * g.channels;
    const auto mix = [](std::size_t count, const real_of<Arch>* a, const real_of<Arch>* b,
                        real_of<Arch> share, real_of<Arch>* to) {
        const vec<Arch> of_b(share);
        transform<Arch>(
            count, to,
            [&](const auto& first, const auto& second) {
                return multiply_add<Arch>(of_b, second - first, first);
            },
            a, b);
    };
    for (std::size_t y = 0; y < g.height * g.factor_y; ++y) {
        const detail::bilinear_place<real_of<Arch>> high(y, g.height, g.factor_y);
        mix(line, small + high.first * line, small + high.second * line, high.share, scratch);
        for (std::size_t x = 0; x < g.width * g.factor_x; ++x, large += g.channels) {
            const detail::bilinear_place<real_of<Arch>> wide(x, g.width, g.factor_x);
            mix(g.channels, scratch + wide.first * g.channels, scratch + wide.second * g.channels, wide.share,
                large);
        }
    }
}

/// small_gradient = what upsample_bilinear made of each pixel, added up.
template <class Arch>
STRATA_NOINLINE void upsample_bilinear_gradient(const upsample_geometry& g,
                                                const real_of<Arch>* large_gradient,
                                                real_of<Arch>* small_gradient, real_of<Arch>* scratch) {
    const std::size_t line = g.width * g.channels;
    const auto add_part = [](std::size_t count, const real_of<Arch>* from, real_of<Arch> share,
                             real_of<Arch>* to) {
        const vec<Arch> part(share);
        transform<Arch>(
            count, to, [&](const auto& sum, const auto& v) { return multiply_add<Arch>(part, v, sum); },
            static_cast<const real_of<Arch>*>(to), from);
    };
    std::fill_n(small_gradient, g.height * line, real_of<Arch>(0));
    for (std::size_t y = 0; y < g.height * g.factor_y; ++y) {
        std::fill_n(scratch, line, real_of<Arch>(0));
        for (std::size_t x = 0; x < g.width * g.factor_x; ++x, large_gradient += g.channels) {
            const detail::bilinear_place<real_of<Arch>> wide(x, g.width, g.factor_x);
            add_part(g.channels, large_gradient, 1 - wide.share, scratch + wide.first * g.channels);
            add_part(g.channels, large_gradient, wide.share, scratch + wide.second * g.channels);
        }
        const detail::bilinear_place<real_of<Arch>> high(y, g.height, g.factor_y);
        add_part(line, scratch, 1 - high.share, small_gradient + high.first * line);
        add_part(line, scratch, high.share, small_gradient + high.second * line);
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
