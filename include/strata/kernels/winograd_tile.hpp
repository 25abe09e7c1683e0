// What Winograd's convolution does to a tile of an image, of a map, and of a map's gradient.
//
// F(2 x 2, 3 x 3) of S. Winograd, "Arithmetic complexity of computations" (1980), as A. Lavin and S. Gray have it in "Fast
// algorithms for convolutional neural networks" (CVPR 2016): 2 x 2 pixels y of a map are made of 4 x 4 pixels d of the image
// and 3 x 3 weights g by y = A^T ((G g G^T) * (B^T d B)) A, where * is element by element: 16 products in place of 36. All
// of it is sums, differences and halves.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/tile.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels::winograd {

inline constexpr std::size_t kernel_size = 3; ///< of a side
inline constexpr std::size_t map_tile = 2;    ///< pixels of a tile of the map along each axis
inline constexpr std::size_t image_tile =
    map_tile + kernel_size - 1; ///< and of the part of the image that it sees
inline constexpr std::size_t products = image_tile * image_tile;

/// Calls f(first channel, channels of a vector, whether these are all of its lanes) for vectors of channels.
template <class Arch, class Function>
[[gnu::always_inline]] inline void for_each_vector(std::size_t channels, const Function& f) {
    const std::size_t whole = channels / lanes<Arch> * lanes<Arch>;
#pragma GCC unroll 1
    for (std::size_t v = 0; v < whole; v += lanes<Arch>) f(v, lanes<Arch>, std::true_type{});
    if (whole < channels) f(whole, channels - whole, std::false_type{});
}

/// The vector at p, or its first `count` lanes and zeros.
template <class Arch, bool Whole>
[[gnu::always_inline]] inline vec<Arch> load_channels(const real_of<Arch>* p, std::size_t count) {
    if constexpr (Whole)
        return load<Arch>(p);
    else
        return load_some<Arch>(p, count);
}

/// B^T of four numbers, in place.
template <class V>
[[gnu::always_inline]] inline void transform_image_line(V& a, V& b, V& c, V& d) {
    const V second = b + c;
    const V third = c - b;
    a = a - c;
    d = b - d;
    b = second;
    c = third;
}

/// What tiles side by side see of an image: as many lines as a tile sees, of which those beside the image are one pixel of
/// zeros again and again.
template <class Real>
struct image_lines {
    const Real* line[image_tile];  ///< its pixel 0
    std::size_t pixel[image_tile]; ///< from one pixel to the next
    std::size_t width;             ///< pixels; beside them are zeros

    image_lines(const Real* image, std::size_t height, std::size_t pixels, std::size_t channels,
                std::size_t first, const Real* zeros)
        : width{pixels} {
        for (std::size_t i = 0; i < image_tile; ++i) {
            const std::size_t y = first + i; // wraps around above the image
            line[i] = y < height ? image + y * pixels * channels : zeros;
            pixel[i] = y < height ? channels : 0;
        }
    }
};

/// B^T d B of `count` tiles side by side, the first of which begins at column x (which wraps around on the image's left):
/// product k's values of tile t go to `to` + k * step + t * row, in whole vectors that end with zeros.
template <class Arch>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
transform_image(std::size_t channels, std::size_t count, const image_lines<real_of<Arch>>& lines,
                std::size_t x, real_of<Arch>* to, std::size_t step, std::size_t row) {
    for_each_vector<Arch>(channels, [&](std::size_t v, std::size_t some, auto whole) {
        // Two columns, transformed: tiles share them with their neighbours.
        const auto load_columns = [&](std::size_t at, vec<Arch>(&d)[image_tile][map_tile]) {
#pragma GCC unroll 2
            for (std::size_t j = 0; j < map_tile; ++j, ++at) {
                if (at < lines.width) {
#pragma GCC unroll 4
                    for (std::size_t i = 0; i < image_tile; ++i)
                        d[i][j] = load_channels<Arch, decltype(whole)::value>(
                            lines.line[i] + at * lines.pixel[i] + v, some);
                    transform_image_line(d[0][j], d[1][j], d[2][j], d[3][j]);
                } else {
#pragma GCC unroll 4
                    for (std::size_t i = 0; i < image_tile; ++i) d[i][j] = vec<Arch>(0.0f);
                }
            }
        };
        vec<Arch> left[image_tile][map_tile];
        load_columns(x, left);
        real_of<Arch>* at = to + v;
#pragma GCC unroll 1
        for (std::size_t t = 0; t < count; ++t, at += row) {
            vec<Arch> right[image_tile][map_tile];
            load_columns(x + (t + 1) * map_tile, right);
#pragma GCC unroll 4
            for (std::size_t i = 0; i < image_tile; ++i) {
                real_of<Arch>* const line = at + i * image_tile * step;
                (left[i][0] - right[i][0]).store_unaligned(line);
                (left[i][1] + right[i][0]).store_unaligned(line + step);
                (right[i][0] - left[i][1]).store_unaligned(line + 2 * step);
                (left[i][1] - right[i][1]).store_unaligned(line + 3 * step);
                left[i][0] = right[i][0];
                left[i][1] = right[i][1];
            }
        }
    });
}

/// Where the pixels of tiles side by side lie in a map, from the first one's corner on: those beyond `high` and `wide` lie
/// beside it.
template <class Real>
struct map_place {
    Real* corner;
    std::size_t row;      ///< from one row of pixels to the next
    std::size_t channels; ///< of the whole map: from one pixel to the next
    std::size_t high, wide;
};

/// A^T m A of `count` tiles' products, the k-th of tile t at `from` + k * step + t * row, for as many channels, with what
/// the epilogue says. It does not accumulate.
template <class Arch>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
transform_products(std::size_t channels, std::size_t count, const real_of<Arch>* from, std::size_t step,
                   std::size_t row, const tile_epilogue<Arch>& epilogue,
                   const map_place<real_of<Arch>>& place) {
    for_each_vector<Arch>(channels, [&](std::size_t v, std::size_t some, auto whole) {
        constexpr bool all = decltype(whole)::value;
        const vec<Arch> zero(0.0f);
        vec<Arch> start = zero;
        if (epilogue.bias != nullptr) start = load<Arch>(epilogue.bias + v);
        const real_of<Arch>* at = from + v;
        real_of<Arch>* corner = place.corner + v;
#pragma GCC unroll 1
        for (std::size_t x = 0; x < count * map_tile;
             x += map_tile, at += row, corner += map_tile * place.channels) {
            vec<Arch> lines[map_tile][image_tile];
#pragma GCC unroll 4
            for (std::size_t j = 0; j < image_tile; ++j) {
                const real_of<Arch>* const column = at + j * step;
                const vec<Arch> second = load<Arch>(column + image_tile * step);
                const vec<Arch> third = load<Arch>(column + 2 * image_tile * step);
                lines[0][j] = load<Arch>(column) + (second + third);
                lines[1][j] = (second - third) - load<Arch>(column + 3 * image_tile * step);
            }
#pragma GCC unroll 2
            for (std::size_t i = 0; i < map_tile; ++i) {
                if (i >= place.high) break;
                const auto& line = lines[i];
                vec<Arch> out[map_tile] = {start + (line[0] + (line[1] + line[2])),
                                           start + ((line[1] - line[2]) - line[3])};
#pragma GCC unroll 2
                for (std::size_t j = 0; j < map_tile; ++j) {
                    if (x + j >= place.wide) break;
                    real_of<Arch>* const to = corner + i * place.row + j * place.channels;
                    if (epilogue.relu) out[j] = max(zero, out[j]); // in this order a NaN stays one
                    if (epilogue.relu_mask != 0)
                        out[j] = select(load_channels<Arch, all>(to + epilogue.relu_mask, some) > zero,
                                        out[j], zero);
                    if constexpr (all)
                        out[j].store_unaligned(to);
                    else
                        store_some<Arch>(out[j], to, some);
                }
            }
        }
    });
}

/// A dy A^T of `count` tiles of a map's gradient: product k's values of tile t go to `to` + k * step + t * row, in whole
/// panels that end with zeros.
template <class Arch>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
transform_map_gradient(std::size_t channels, std::size_t count, const map_place<const real_of<Arch>>& place,
                       real_of<Arch>* to, std::size_t step, std::size_t row) {
    const vec<Arch> zero(0.0f);
    for_each_vector<Arch>(channels, [&](std::size_t v, std::size_t some, auto whole) {
        real_of<Arch>* at = to + v;
        const real_of<Arch>* corner = place.corner + v;
#pragma GCC unroll 1
        for (std::size_t x = 0; x < count * map_tile;
             x += map_tile, at += row, corner += map_tile * place.channels) {
            vec<Arch> y[map_tile][map_tile];
#pragma GCC unroll 2
            for (std::size_t i = 0; i < map_tile; ++i)
#pragma GCC unroll 2
                for (std::size_t j = 0; j < map_tile; ++j) {
                    y[i][j] = zero;
                    if (i < place.high && x + j < place.wide)
                        y[i][j] = load_channels<Arch, decltype(whole)::value>(
                            corner + i * place.row + j * place.channels, some);
                }
            const auto store_line = [&](std::size_t i, const vec<Arch>& left, const vec<Arch>& right) {
                real_of<Arch>* const line = at + i * image_tile * step;
                left.store_unaligned(line);
                (left + right).store_unaligned(line + step);
                (left - right).store_unaligned(line + 2 * step);
                (zero - right).store_unaligned(line + 3 * step);
            };
            store_line(0, y[0][0], y[0][1]);
            store_line(1, y[0][0] + y[1][0], y[0][1] + y[1][1]);
            store_line(2, y[0][0] - y[1][0], y[0][1] - y[1][1]);
            store_line(3, zero - y[1][0], zero - y[1][1]);
        }
    });
    for (std::size_t v = (channels + lanes<Arch> - 1) / lanes<Arch> * lanes<Arch>; v % panel != 0;
         v += lanes<Arch>)
#pragma GCC unroll 1
        for (std::size_t t = 0; t < count; ++t)
#pragma GCC unroll 1
            for (std::size_t k = 0; k < products; ++k) zero.store_unaligned(to + k * step + t * row + v);
}

} // namespace strata::kernels::winograd

#include "strata/meta/macros_back.hpp"
