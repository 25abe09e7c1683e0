// Geometries that pooling is tested on.
#pragma once

#include "strata/kernels/pool.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cstddef>

namespace reference {

using strata::kernels::pool_geometry;

/// Calls f(geometry, number) for windows and strides (overlapping, apart, and with pixels left over), paddings, and
/// channels around a vector.
template <class Function>
void for_each_pool(const Function& f) {
    struct pair {
        std::size_t y, x;
    };
    constexpr pair windows[] = {{1, 1}, {2, 2}, {3, 3}, {2, 3}, {4, 1}};
    constexpr pair strides[] = {{1, 1}, {2, 2}, {3, 3}, {1, 2}, {5, 4}};
    constexpr pair images[] = {{4, 3}, {7, 8}};
    constexpr pair paddings[] = {{0, 0}, {1, 1}, {2, 0}};
    unsigned number = 0;
    for (const pair window : windows)
        for (const pair stride : strides)
            for (const pair image : images)
                for (const pair padding : paddings)
                    for (const std::size_t channels : sizes{1, 2, 3, 7, 8, 9, 15, 16, 17, 33}) {
                        if (padding.y > window.y / 2 || padding.x > window.x / 2) continue;
                        const pool_geometry g{
                            .image_height = image.y,
                            .image_width = image.x,
                            .channels = channels,
                            .map_height = (image.y + 2 * padding.y - window.y) / stride.y + 1,
                            .map_width = (image.x + 2 * padding.x - window.x) / stride.x + 1,
                            .window_height = window.y,
                            .window_width = window.x,
                            .stride_y = stride.y,
                            .stride_x = stride.x,
                            .pad_top = padding.y,
                            .pad_left = padding.x};
                        INFO("image " << image.y << "x" << image.x << "x" << channels << ", window "
                                      << window.y << "x" << window.x << ", stride " << stride.y << "x"
                                      << stride.x << ", padding " << padding.y << "x" << padding.x);
                        f(g, number++);
                    }
}

/// Calls f(index into the image) for a channel of the pixels that window (y, x) has on the image, row by row.
template <class Function>
void for_each_pixel(const pool_geometry& g, std::size_t y, std::size_t x, std::size_t channel,
                    const Function& f) {
    for (std::size_t ky = 0; ky < g.window_height; ++ky)
        for (std::size_t kx = 0; kx < g.window_width; ++kx) {
            const std::size_t image_y = y * g.stride_y + ky - g.pad_top; // wraps around above it
            const std::size_t image_x = x * g.stride_x + kx - g.pad_left;
            if (image_y < g.image_height && image_x < g.image_width)
                f((image_y * g.image_width + image_x) * g.channels + channel);
        }
}

} // namespace reference
