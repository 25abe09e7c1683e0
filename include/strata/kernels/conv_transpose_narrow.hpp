// Transposed convolution to images of fewer channels than a panel, of which a tile of gemm.hpp would leave
// most empty: dot products along the map's channels, by a kernel made for one geometry.
//
// Image pixels that meet a map pixel with their first tap form a block of stride_y x stride_x. A tile
// computes neighbouring blocks of a row: it reads each map pixel once for all taps that meet it, and each tap
// once for all blocks. Pixels beyond the map's edge are zeros.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"
#include "strata/kernels/dot.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

/// Whether an image pixel is less than a panel, and kernel and block are small enough to be written out.
constexpr bool narrow(const conv_geometry& g) {
    return g.dilation_y == 1 && g.dilation_x == 1 && g.image_channels < panel &&
           g.kernel_height * g.kernel_width <= 64 && g.stride_y * g.stride_x <= 16;
}

/// Floats of the weights in the order of convolve_transposed_narrow: image channel, kernel row, kernel
/// column, map channel; whole panels of map channels, zeros after the last.
constexpr std::size_t packed_narrow_floats(const conv_geometry& g) {
    return g.window() * whole_panels(g.map_channels);
}

template <class Arch>
STRATA_NOINLINE void pack_narrow_weights(const conv_geometry& g, const real_of<Arch>* w,
                                         real_of<Arch>* packed) {
    const std::size_t tap_floats = whole_panels(g.map_channels);
    const std::size_t taps = g.kernel_height * g.kernel_width;
    for (std::size_t c = 0; c < g.image_channels; ++c)
        for (std::size_t tap = 0; tap < taps; ++tap, packed += tap_floats)
            for (std::size_t m = 0; m < tap_floats; ++m)
                packed[m] = w[(m / panel * g.window() + tap * g.image_channels + c) * panel + m % panel];
}

namespace detail {

/// What is known of such a convolution while compiling.
template <class Arch, conv_geometry G>
struct narrow_shape {
    static constexpr std::size_t block = G.stride_y * G.stride_x;
    /// Taps of an image pixel at most, along each axis.
    static constexpr std::size_t taps_y = (G.kernel_height + G.stride_y - 1) / G.stride_y;
    static constexpr std::size_t taps_x = (G.kernel_width + G.stride_x - 1) / G.stride_x;
    /// Blocks are counted by the map pixel that their first tap meets.
    static constexpr std::size_t first_y = G.pad_top / G.stride_y;
    static constexpr std::size_t end_y = (G.image_height - 1 + G.pad_top) / G.stride_y + 1;
    static constexpr std::size_t first_x = G.pad_left / G.stride_x;
    static constexpr std::size_t end_x = (G.image_width - 1 + G.pad_left) / G.stride_x + 1;
    /// Blocks of a tile: where there are several, their sums leave registers for pixels and taps; all tiles
    /// are nearly equally wide.
    static constexpr std::size_t blocks = [] {
        const std::size_t most = std::clamp<std::size_t>(tile_sums<Arch> / block, 1, 8);
        const std::size_t tiles = (end_x - first_x + most - 1) / most;
        return (end_x - first_x + tiles - 1) / tiles;
    }();
    static constexpr std::size_t sums = (blocks * block + 3) / 4 * 4; ///< in whole fours
    static constexpr std::size_t pixels = blocks + taps_x - 1;        ///< of a row, that meet a tile
    static constexpr std::size_t run = blocks * G.stride_x;           ///< image pixels of a row in a tile
};

/// Adds a tile's products to its sums, which go by row of a block, block, and column of a block. `pixels` are
/// the map pixels that meet it: for each tap along y, a row from taps_x - 1 before the first block on.
template <class Arch, conv_geometry G>
[[gnu::always_inline]] inline void dot_blocks(const real_of<Arch>* const* pixels, const real_of<Arch>* taps,
                                              vec<Arch>* sum) {
    using shape = narrow_shape<Arch, G>;
    constexpr std::size_t tap_floats = whole_panels(G.map_channels);
    const auto add = [&](std::size_t m, auto&& load_pixel) __attribute__((always_inline)) {
#pragma GCC unroll 64
        for (std::size_t ty = 0; ty < shape::taps_y; ++ty) {
            vec<Arch> pixel[shape::pixels];
#pragma GCC unroll 64
            for (std::size_t i = 0; i < shape::pixels; ++i)
                pixel[i] = load_pixel(pixels[ty * shape::pixels + i] + m);
#pragma GCC unroll 64
            for (std::size_t ry = 0; ry < G.stride_y; ++ry) {
                const std::size_t ky = ty * G.stride_y + ry;
                if (ky >= G.kernel_height) break;
#pragma GCC unroll 64
                for (std::size_t kx = 0; kx < G.kernel_width; ++kx) {
                    const vec<Arch> tap = load<Arch>(taps + (ky * G.kernel_width + kx) * tap_floats + m);
                    const std::size_t first = ry * shape::run + kx % G.stride_x;
#pragma GCC unroll 64
                    for (std::size_t b = 0; b < shape::blocks; ++b)
                        sum[first + b * G.stride_x] = multiply_add<Arch>(
                            tap, pixel[b + shape::taps_x - 1 - kx / G.stride_x], sum[first + b * G.stride_x]);
                }
            }
        }
    };
    constexpr std::size_t whole = G.map_channels / lanes<Arch> * lanes<Arch>;
    for (std::size_t m = 0; m < whole; m += lanes<Arch>)
        add(m, [](const real_of<Arch>* p) { return load<Arch>(p); });
    if constexpr (whole < G.map_channels)
        add(whole, [](const real_of<Arch>* p) { return load_some<Arch>(p, G.map_channels - whole); });
}

/// All tiles of one row of blocks, in one channel of one image. Flattened, since the sums have to stay in
/// registers, and compilers think the parts too large to be inlined.
template <class Arch, conv_geometry G>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
dot_block_row(std::size_t y, const real_of<Arch>* map, const real_of<Arch>* taps, const real_of<Arch>* bias,
              bool relu, std::ptrdiff_t relu_mask, real_of<Arch>* image) {
    using shape = narrow_shape<Arch, G>;
    alignas(64) static constexpr real_of<Arch> zeros[whole_panels(G.map_channels)]{};
    const real_of<Arch> start = bias == nullptr ? 0 : *bias;
    for (std::size_t x = shape::first_x; x < shape::end_x; x += shape::blocks) {
        const real_of<Arch>* pixels[shape::taps_y * shape::pixels];
#pragma GCC unroll 64
        for (std::size_t ty = 0; ty < shape::taps_y; ++ty) {
            const std::size_t map_y = y - ty; // wraps around above the map, as map_x does left of it
#pragma GCC unroll 64
            for (std::size_t i = 0; i < shape::pixels; ++i) {
                const std::size_t map_x = x + i - (shape::taps_x - 1);
                pixels[ty * shape::pixels + i] = map_y < G.map_height && map_x < G.map_width
                                                     ? map + (map_y * G.map_width + map_x) * G.map_channels
                                                     : zeros;
            }
        }
        vec<Arch> sum[shape::sums];
#pragma GCC unroll 64
        for (std::size_t i = 0; i < shape::sums; ++i) sum[i] = vec<Arch>(0.0f);
        dot_blocks<Arch, G>(pixels, taps, sum);
        real_of<Arch> values[shape::sums];
#pragma GCC unroll 64
        for (std::size_t i = 0; i < shape::sums; i += 4) {
            if constexpr (std::is_same_v<real_of<Arch>, float>) {
                four value = sums_of_lanes<Arch>(sum + i) + (four{} + start);
                // In this order a NaN stays one.
#if STRATA_FINITE_MATH_ONLY
                if (relu) value = max_by_bits<float, 4>(four{}, value);
#else
                if (relu) value = value < four{} ? four{} : value;
#endif
                std::memcpy(values + i, &value, sizeof value);
            } else {
#pragma GCC unroll 4
                for (std::size_t k = i; k < i + 4; ++k) {
                    values[k] = sum_of_lanes<Arch>(sum[k]) + start;
                    if (relu && values[k] < 0) values[k] = 0;
                }
            }
        }
        for (std::size_t ry = 0; ry < G.stride_y; ++ry) {
            const std::size_t image_y = y * G.stride_y + ry - G.pad_top; // these wrap around as well
            const std::size_t image_x = x * G.stride_x - G.pad_left;
            if (image_y >= G.image_height) continue;
            const real_of<Arch>* from = values + ry * shape::run;
            real_of<Arch>* to = image + image_y * G.image_width * G.image_channels;
            if (G.image_channels == 1 && relu_mask == 0 && image_x < G.image_width &&
                image_x + shape::run <= G.image_width) {
                std::memcpy(to + image_x, from, sizeof(real_of<Arch>) * shape::run);
                continue;
            }
            for (std::size_t i = 0; i < shape::run; ++i) {
                if (image_x + i >= G.image_width) continue;
                real_of<Arch>* pixel = to + (image_x + i) * G.image_channels;
                *pixel = relu_mask != 0 && !(pixel[relu_mask] > 0.0f) ? 0.0f : from[i];
            }
        }
    }
}

} // namespace detail

/// What convolve_transposed does, for narrow images; `packed` holds pack_narrow_weights' weights. Does not
/// accumulate.
template <class Arch, conv_geometry G>
void convolve_transposed_narrow(std::size_t samples, const real_of<Arch>* maps, std::size_t map_stride,
                                const real_of<Arch>* packed, const tile_epilogue<Arch>& epilogue,
                                real_of<Arch>* images, std::size_t image_stride) {
    using shape = detail::narrow_shape<Arch, G>;
    constexpr std::size_t channel_floats = packed_narrow_floats(G) / G.image_channels;
    for (std::size_t s = 0; s < samples; ++s)
        for (std::size_t y = shape::first_y; y < shape::end_y; ++y)
            for (std::size_t c = 0; c < G.image_channels; ++c)
                detail::dot_block_row<Arch, G>(y, maps + s * map_stride, packed + c * channel_floats,
                                               epilogue.bias == nullptr ? nullptr : epilogue.bias + c,
                                               epilogue.relu, epilogue.relu_mask,
                                               images + s * image_stride + c);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
