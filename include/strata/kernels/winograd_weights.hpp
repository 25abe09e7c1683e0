// What Winograd's convolution does to the weights, and what it gets their gradients from (see winograd_tile.hpp).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"
#include "strata/kernels/transpose.hpp"
#include "strata/kernels/winograd_tile.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels::winograd {

inline constexpr std::size_t taps = kernel_size * kernel_size;

/// From one product's weights to the next one's, of so many rows and columns: not whole KiB, which would meet in one set of
/// the first cache.
constexpr std::size_t weights_step(std::size_t rows, std::size_t columns) {
    return rows * whole_panels(columns) + panel;
}

/// G g G^T of `count` floats of each tap, which lie tap_step apart: product k's go to `to` + k * step.
template <class Arch>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
transform_taps(std::size_t count, const real_of<Arch>* w, std::size_t tap_step, real_of<Arch>* to,
               std::size_t step) {
    const vec<Arch> half(0.5f);
    const auto line = [&](const vec<Arch>& a, const vec<Arch>& b, const vec<Arch>& c,
                          vec<Arch>(&out)[image_tile]) {
        const vec<Arch> ends = a + c;
        out[0] = a;
        out[1] = half * (ends + b);
        out[2] = half * (ends - b);
        out[3] = c;
    };
#pragma GCC unroll 1
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        vec<Arch> columns[kernel_size][image_tile];
#pragma GCC unroll 4
        for (std::size_t x = 0; x < kernel_size; ++x)
            line(load<Arch>(w + x * tap_step + i), load<Arch>(w + (kernel_size + x) * tap_step + i),
                 load<Arch>(w + (2 * kernel_size + x) * tap_step + i), columns[x]);
#pragma GCC unroll 4
        for (std::size_t y = 0; y < image_tile; ++y) {
            vec<Arch> row[image_tile];
            line(columns[0][y], columns[1][y], columns[2][y], row);
#pragma GCC unroll 4
            for (std::size_t x = 0; x < image_tile; ++x)
                row[x].store_unaligned(to + (y * image_tile + x) * step + i);
        }
    }
}

/// Columns `first` (a panel's first) to first + columns of the weights of a convolution g, each tap a matrix of image
/// channels x map channels, become as many of a matrix for each product, the k-th at `to` + k * step.
template <class Arch>
STRATA_NOINLINE void transform_weights(const conv_geometry& g, std::size_t first, std::size_t columns,
                                       const real_of<Arch>* w, real_of<Arch>* to, std::size_t step) {
    const std::size_t matrix = g.image_channels * panel;
    for (std::size_t column = first; column < first + columns; column += panel, to += matrix)
        transform_taps<Arch>(matrix, w + column * g.window(), matrix, to, step);
}

/// The same for the weights of the convolution whose input gradient g is: the taps come last first, and each is a matrix of
/// map channels x image channels of g.
template <class Arch>
STRATA_NOINLINE void transform_transposed_weights(const conv_geometry& g, std::size_t first,
                                                  std::size_t columns, const real_of<Arch>* w,
                                                  real_of<Arch>* to, std::size_t step) {
    alignas(64) real_of<Arch> block[taps * panel * panel]{};
    for (std::size_t column = first; column < first + columns; column += panel) {
        const std::size_t wide = std::min(panel, g.map_channels - column);
        if (wide < panel) std::fill_n(block, taps * panel * panel, real_of<Arch>(0));
        for (std::size_t row = 0; row < g.image_channels; row += panel, to += panel * panel) {
            const std::size_t high = std::min(panel, g.image_channels - row);
            for (std::size_t tap = 0; tap < taps; ++tap)
                transpose<Arch>(w + row * taps * g.map_channels + (tap * g.map_channels + column) * panel,
                                panel, wide, high, block + (taps - 1 - tap) * panel * panel, panel);
            transform_taps<Arch>(high * panel, block, panel * panel, to, step);
        }
        to -= (panel - g.image_channels % panel) % panel * panel;
    }
}

/// G^T s G: what transform_weights did, the other way for gradients. w_gradient (+)= it.
template <class Arch>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
transform_weight_gradients(const conv_geometry& g, std::size_t first, std::size_t columns,
                           const real_of<Arch>* from, std::size_t step, bool accumulate,
                           real_of<Arch>* w_gradient) {
    const std::size_t matrix = g.image_channels * panel;
    const vec<Arch> half(0.5f);
    const auto line = [&](const vec<Arch>& a, const vec<Arch>& b, const vec<Arch>& c, const vec<Arch>& d,
                          vec<Arch>(&out)[kernel_size]) {
        const vec<Arch> ends = half * (b + c);
        out[0] = a + ends;
        out[1] = half * (b - c);
        out[2] = ends + d;
    };
    real_of<Arch>* panel_gradient = w_gradient + first * g.window();
    for (std::size_t column = 0; column < columns; column += panel, panel_gradient += taps * matrix)
#pragma GCC unroll 1
        for (std::size_t i = 0; i < matrix; i += lanes<Arch>, from += lanes<Arch>) {
            vec<Arch> lines[image_tile][kernel_size];
#pragma GCC unroll 4
            for (std::size_t x = 0; x < image_tile; ++x)
                line(load<Arch>(from + x * step), load<Arch>(from + (image_tile + x) * step),
                     load<Arch>(from + (2 * image_tile + x) * step),
                     load<Arch>(from + (3 * image_tile + x) * step), lines[x]);
#pragma GCC unroll 4
            for (std::size_t y = 0; y < kernel_size; ++y) {
                vec<Arch> row[kernel_size];
                line(lines[0][y], lines[1][y], lines[2][y], lines[3][y], row);
#pragma GCC unroll 4
                for (std::size_t x = 0; x < kernel_size; ++x) {
                    real_of<Arch>* const to = panel_gradient + (y * kernel_size + x) * matrix + i;
                    if (accumulate) row[x] += load<Arch>(to);
                    row[x].store_unaligned(to);
                }
            }
        }
}

} // namespace strata::kernels::winograd

#include "strata/meta/macros_back.hpp"
