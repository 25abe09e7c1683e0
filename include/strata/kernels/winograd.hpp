// Convolution of 3 x 3 kernels and stride 1 with 16 products where the direct sum has 36 (see winograd_tile.hpp).
//
// What tiles of the map see of their images is transformed, 16 matrix products of tiles x channels with the transformed
// weights are made of it, and what comes out becomes pixels of the map. A tile's sums are made in one order, whatever tiles
// and samples are beside it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/conv.hpp"
#include "strata/kernels/winograd_tile.hpp"
#include "strata/kernels/winograd_weights.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

namespace winograd {

/// Whether a convolution is of the kind that this can compute.
constexpr bool takes(const conv_geometry& g) {
    return g.kernel_height == kernel_size && g.kernel_width == kernel_size && g.stride_y == 1 &&
           g.stride_x == 1 && g.dilation_y == 1 && g.dilation_x == 1;
}

constexpr std::size_t tiles_wide(const conv_geometry& g) { return (g.map_width + map_tile - 1) / map_tile; }
constexpr std::size_t tiles_high(const conv_geometry& g) { return (g.map_height + map_tile - 1) / map_tile; }
/// Tiles of a sample.
constexpr std::size_t tiles(const conv_geometry& g) { return tiles_wide(g) * tiles_high(g); }

/// Whether it is quicker than the direct sum of `direct` products for each of a sample's pairs of channels. Measured for 8
/// samples and one (bench/record/2026-11-27-winograd.txt): a product costs 5 / 4 of a direct one, and to transform the weights
/// costs one sample as much as some tiles, for which the direct sum has nothing to do, or less. Few channels do not repay
/// the transforms of tiles.
constexpr bool pays(const conv_geometry& g, std::size_t direct, std::size_t weights_as_tiles) {
    const std::size_t channels = std::min(g.image_channels, g.map_channels);
    return takes(g) && channels >= panel && tiles(g) * channels >= panel * panel &&
           4 * direct >= 5 * products * (tiles(g) + weights_as_tiles);
}

/// Whether convolve is quicker so.
constexpr bool pays(const conv_geometry& g) { return pays(g, taps * g.map_pixels(), 3); }

/// Tiles whose sums are made at a time, at most, and columns of these: they and the tiles' values stay in the second cache.
constexpr std::size_t most_tiles(const conv_geometry& g) { return g.image_channels <= 2 * panel ? 64 : 48; }
inline constexpr std::size_t few_tiles = 6; // fewer rows are multiplied with more columns at a time
constexpr std::size_t most_columns(std::size_t count) { return count < few_tiles ? 4 * panel : 2 * panel; }

/// How the tiles of some samples go by. Where they are few, the values of all are held, and weights are transformed as they
/// are needed; else the weights are, and tiles come in blocks.
struct passage {
    std::size_t all;          ///< tiles of all samples
    std::size_t held;         ///< of which so many are held at a time
    std::size_t together;     ///< of which so many sums are made at a time
    std::size_t held_columns; ///< of the transformed weights
    std::size_t columns;      ///< of which so many are used at a time

    constexpr passage(const conv_geometry& g, std::size_t samples)
        : all{tiles(g) * samples},
          held{all},
          together{even_part(all, most_tiles(g))},
          held_columns{std::min(g.map_channels, most_columns(all))},
          columns{held_columns} {
        if (all <= most_in_one(g)) return;
        held = together;
        held_columns = g.map_channels;
    }
    static constexpr std::size_t most_in_one(const conv_geometry& g) {
        return std::max(most_tiles(g), g.map_channels);
    }
    [[nodiscard]] constexpr bool in_one() const { return held == all; }

    // From one product's values to the next one's.
    [[nodiscard]] constexpr std::size_t weights_step(const conv_geometry& g) const {
        return winograd::weights_step(g.image_channels, held_columns);
    }
    [[nodiscard]] constexpr std::size_t images_step(const conv_geometry& g) const {
        return held * whole_panels(g.image_channels) + panel;
    }
    [[nodiscard]] constexpr std::size_t maps_step() const { return together * whole_panels(columns) + panel; }
    [[nodiscard]] constexpr std::size_t floats(const conv_geometry& g) const {
        return whole_panels(g.image_channels) + products * (weights_step(g) + images_step(g) + maps_step());
    }

private:
    /// Of a count in the fewest parts of `most` or less, all nearly the same, the largest.
    static constexpr std::size_t even_part(std::size_t count, std::size_t most) {
        const std::size_t parts = (count + most - 1) / most;
        return parts == 0 ? 0 : (count + parts - 1) / parts;
    }
};

/// Floats of scratch for up to so many samples: the most that each way takes.
constexpr std::size_t passage_scratch(const conv_geometry& g, std::size_t samples) {
    std::size_t most = 0;
    for (const std::size_t count :
         {samples, passage::most_in_one(g) / tiles(g), (few_tiles - 1) / tiles(g)}) {
        passage p{g, std::min(samples, count)};
        // Fewer samples may come in larger parts, though none is larger than this.
        if (p.all > most_tiles(g)) p.together = most_tiles(g);
        if (!p.in_one()) p.held = most_tiles(g);
        most = std::max(most, p.floats(g));
    }
    return most;
}

/// Calls f(sample, row of the map, column of the map, number from 0, tiles) for tiles in a row: of few channels for several
/// at once that are side by side.
template <class Function>
void for_each_run(const conv_geometry& g, std::size_t first, std::size_t count, std::size_t channels,
                  const Function& f) {
    // Side by side, tiles share what they load; but they go through memory in longer steps.
    const std::size_t most = channels < 4 * panel ? 8 * panel / channels : 1;
    std::size_t row = first / tiles_wide(g);
    std::size_t x = first % tiles_wide(g);
    for (std::size_t done = 0; done < count;) {
        const std::size_t run = std::min({tiles_wide(g) - x, count - done, most});
        f(row / tiles_high(g), row % tiles_high(g) * map_tile, x * map_tile, done, run);
        done += run;
        x += run;
        if (x < tiles_wide(g)) continue;
        x = 0;
        ++row;
    }
}

/// Transforms what `count` tiles from the first on see of their images. `zeros` has a zero for every channel.
template <class Arch>
STRATA_NOINLINE void transform_images(const conv_geometry& g, std::size_t first, std::size_t count,
                                      const real_of<Arch>* images, std::size_t image_stride,
                                      const real_of<Arch>* zeros, real_of<Arch>* values, std::size_t step) {
    const std::size_t row = whole_panels(g.image_channels);
    for_each_run(
        g, first, count, g.image_channels,
        [&](std::size_t sample, std::size_t y, std::size_t x, std::size_t t, std::size_t run) {
            const image_lines<real_of<Arch>> lines(images + sample * image_stride, g.image_height,
                                                   g.image_width, g.image_channels, y - g.pad_top, zeros);
            transform_image<Arch>(g.image_channels, run, lines, x - g.pad_left, values + t * row, step, row);
        });
}

/// The 16 products of `count` tiles' values with as many weight matrices: columns of each, `step` apart like all three.
template <class Arch>
STRATA_NOINLINE void multiply_tiles_values(std::size_t count, std::size_t depth, std::size_t columns,
                                           const real_of<Arch>* values, std::size_t values_step,
                                           const real_of<Arch>* w, std::size_t w_step, real_of<Arch>* sums,
                                           std::size_t sums_step) {
    const tile_walk walk{.length = depth, .b_panel = std::ptrdiff_t(depth * panel)};
    const real_of<Arch>* a[strip_rows];
    real_of<Arch>* c[strip_rows];
    point_at_rows(count, a, values, whole_panels(depth), c, sums, whole_panels(columns));
    for (std::size_t k = 0;; w += w_step) {
        multiply_rows<Arch>(count, walk, a, w, {}, c, whole_panels(columns));
        if (++k == products) return;
        move_rows(count, a, values_step);
        move_rows(count, c, sums_step);
    }
}

/// Makes pixels of the map of what `count` tiles from the first on have come to, in some channels from where `maps` points on.
template <class Arch>
STRATA_NOINLINE void transform_maps(const conv_geometry& g, std::size_t first, std::size_t count,
                                    std::size_t channels, const real_of<Arch>* sums, std::size_t step,
                                    const tile_epilogue<Arch>& epilogue, real_of<Arch>* maps,
                                    std::size_t map_stride) {
    const std::size_t row = whole_panels(channels);
    const std::size_t map_row = g.map_width * g.map_channels;
    for_each_run(g, first, count, channels,
                 [&](std::size_t sample, std::size_t y, std::size_t x, std::size_t t, std::size_t run) {
                     transform_products<Arch>(channels, run, sums + t * row, step, row, epilogue,
                                              {maps + sample * map_stride + y * map_row + x * g.map_channels,
                                               map_row, g.map_channels, g.map_height - y, g.map_width - x});
                 });
}

/// convolve, or with `transposed` the input gradient of a convolution, whose weights w then are.
template <class Arch>
STRATA_NOINLINE void convolve_tiles(const conv_geometry& g, bool transposed, std::size_t samples,
                                    const real_of<Arch>* images, std::size_t image_stride,
                                    const real_of<Arch>* w, const tile_epilogue<Arch>& epilogue,
                                    real_of<Arch>* maps, std::size_t map_stride, real_of<Arch>* scratch) {
    const passage p{g, samples};
    const std::size_t w_step = p.weights_step(g);
    const std::size_t values_step = p.images_step(g);
    real_of<Arch>* const zeros = scratch;
    real_of<Arch>* const weights = zeros + whole_panels(g.image_channels);
    real_of<Arch>* const values = weights + products * w_step;
    real_of<Arch>* const sums = values + products * values_step;
    std::fill_n(zeros, g.image_channels, real_of<Arch>(0));
    for (std::size_t first = 0; first < p.all; first += p.held) {
        const std::size_t held = std::min(p.held, p.all - first);
        transform_images<Arch>(g, first, held, images, image_stride, zeros, values, values_step);
        for (std::size_t column = 0; column < g.map_channels; column += p.columns) {
            const std::size_t columns = std::min(p.columns, g.map_channels - column);
            real_of<Arch>* const own = weights + (p.in_one() ? 0 : column * g.image_channels);
            if (first == 0)
                (transposed ? transform_transposed_weights<Arch>
                            : transform_weights<Arch>)(g, column, columns, w, own, w_step);
            tile_epilogue<Arch> part = epilogue;
            if (part.bias != nullptr) part.bias += column;
            for (std::size_t done = 0; done < held; done += p.together) {
                const std::size_t count = std::min(p.together, held - done);
                multiply_tiles_values<Arch>(count, g.image_channels, columns,
                                            values + done * whole_panels(g.image_channels), values_step, own,
                                            w_step, sums, p.maps_step());
                transform_maps<Arch>(g, first + done, count, columns, sums, p.maps_step(), part,
                                     maps + column, map_stride);
            }
        }
    }
}

} // namespace winograd

/// Floats of scratch that convolve_winograd needs for up to so many samples.
constexpr std::size_t convolve_winograd_scratch(const conv_geometry& g, std::size_t samples) {
    return winograd::passage_scratch(g, samples);
}

/// convolve, for what winograd::takes.
template <class Arch>
void convolve_winograd(const conv_geometry& g, std::size_t samples, const real_of<Arch>* images,
                       std::size_t image_stride, const real_of<Arch>* w, const tile_epilogue<Arch>& epilogue,
                       real_of<Arch>* maps, std::size_t map_stride, real_of<Arch>* scratch) {
    winograd::convolve_tiles<Arch>(g, false, samples, images, image_stride, w, epilogue, maps, map_stride,
                                   scratch);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
