// The three matrix products of a dense layer: forward, weight gradient, input gradient.
//
// A weight matrix of `depth` rows and `columns` columns lies in panels of 16 columns: element (i, c) is at
// (c / 16) * depth * 16 + i * 16 + c % 16, and the columns after the last are zero. All three products read
// it so.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/activation.hpp"
#include "strata/kernels/dot.hpp"
#include "strata/kernels/strip.hpp"
#include "strata/kernels/transpose.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

constexpr std::size_t whole_panels(std::size_t columns) { return (columns + panel - 1) / panel * panel; }

/// y = x w: `rows` rows of `depth` floats times a weight matrix of depth x columns. `epilogue` says what is
/// added and what is stored. Rows of y have room for whole panels, and are written up to there.
template <class Arch>
STRATA_NOINLINE void multiply(std::size_t rows, std::size_t depth, std::size_t columns,
                              const real_of<Arch>* x, std::size_t x_stride, const real_of<Arch>* w,
                              const tile_epilogue<Arch>& epilogue, real_of<Arch>* y, std::size_t y_stride) {
    const tile_walk walk{.length = depth, .b_panel = std::ptrdiff_t(depth * panel)};
    for_each_strip(rows, [&](std::size_t first, std::size_t count) {
        const real_of<Arch>* a[strip_rows];
        real_of<Arch>* c[strip_rows];
        point_at_rows(count, a, x + first * x_stride, x_stride, c, y + first * y_stride, y_stride);
        multiply_rows<Arch>(count, walk, a, w, epilogue, c, whole_panels(columns));
    });
}

/// Rows that a weight gradient sums over before it goes on to the next elements: as many as stay in the first
/// cache.
inline constexpr std::size_t summed_rows = 128;

namespace detail {

/// A weight gradient of one row: nothing to sum, so that a tile would be all overhead.
template <class Arch>
void outer_product(std::size_t depth, std::size_t columns, const real_of<Arch>* x,
                   const real_of<Arch>* y_gradient, bool accumulate, real_of<Arch>* w_gradient) {
    for (std::size_t c = 0; c < columns; c += panel, y_gradient += panel)
#pragma GCC unroll 4
        for (std::size_t i = 0; i < depth; ++i, w_gradient += panel) {
            const vec<Arch> left(x[i]);
            unroll<panel_vectors<Arch>>([&](auto v) {
                const vec<Arch> right = load<Arch>(y_gradient + v * lanes<Arch>);
                real_of<Arch>* to = w_gradient + v * lanes<Arch>;
                // Added to 0 where there is nothing, so that padding is 0 and not -0.
                multiply_add<Arch>(left, right, accumulate ? load<Arch>(to) : vec<Arch>(0.0f))
                    .store_unaligned(to);
            });
        }
}

} // namespace detail

/// w_gradient (+)= x^T y_gradient, in panels like w. The rows of y_gradient must be padded with zeros.
template <class Arch>
STRATA_NOINLINE void multiply_weight_gradient(std::size_t rows, std::size_t depth, std::size_t columns,
                                              const real_of<Arch>* x, std::size_t x_stride,
                                              const real_of<Arch>* y_gradient, std::size_t y_stride,
                                              bool accumulate, real_of<Arch>* w_gradient) {
    if (rows == 0) {
        if (!accumulate) std::fill_n(w_gradient, depth * whole_panels(columns), 0.0f);
        return;
    }
    if (rows == 1) return detail::outer_product<Arch>(depth, columns, x, y_gradient, accumulate, w_gradient);
    std::size_t done = 0;
    do {
        const std::size_t now = std::min(summed_rows, rows - done);
        const tile_walk walk{.length = now,
                             .a_step = std::ptrdiff_t(x_stride),
                             .b_step = std::ptrdiff_t(y_stride),
                             .b_panel = panel};
        const tile_epilogue<Arch> target{.accumulate = accumulate || done > 0,
                                         .c_panel = std::ptrdiff_t(depth * panel)};
        for_each_strip(depth, [&](std::size_t first, std::size_t count) {
            const real_of<Arch>* a[strip_rows];
            real_of<Arch>* c[strip_rows];
            point_at_rows(count, a, x + done * x_stride + first, 1, c, w_gradient + first * panel, panel);
            multiply_rows<Arch>(count, walk, a, y_gradient + done * y_stride, target, c,
                                whole_panels(columns));
        });
        done += now;
    } while (done < rows);
}

/// Whether a layer is so small that small_product.hpp has its products.
constexpr bool is_small_product(std::size_t depth, std::size_t columns) {
    return depth <= 64 && columns <= 64;
}

/// Whether an input gradient transposes the weights, or else the gradients: whichever has fewer floats; the weights of a small
/// layer unless they are many for few rows.
constexpr bool transposes_weights(std::size_t rows, std::size_t depth, std::size_t columns) {
    return depth * columns <= rows * (depth + columns) ||
           (is_small_product(depth, columns) &&
            (rows > 2 * most_dot_columns || depth * columns <= 64 * panel));
}

/// Rows whose gradients are transposed at a time: two panels, which a tile takes at once where it has registers.
inline constexpr std::size_t gradient_rows = 2 * panel;

/// Floats of scratch that multiply_input_gradient needs for up to this many rows.
constexpr std::size_t input_gradient_scratch(std::size_t rows, std::size_t depth, std::size_t columns) {
    const std::size_t gradients =
        std::min(whole_panels(rows), gradient_rows) * (whole_panels(columns) + std::min(depth, strip_rows));
    return transposes_weights(rows, depth, columns) ? std::max(gradients, columns * whole_panels(depth))
                                                    : gradients;
}

namespace detail {

/// The transpose of rows first to first + count of a weight matrix, in panels as well: columns x count.
template <class Arch>
void transpose_panels(std::size_t depth, std::size_t columns, const real_of<Arch>* w, std::size_t first,
                      std::size_t count, real_of<Arch>* transposed) {
    if (count % panel != 0) std::fill_n(transposed + count / panel * panel * columns, columns * panel, 0.0f);
    for (std::size_t i = 0; i < count; i += panel)
        for (std::size_t c = 0; c < columns; c += panel) {
            const real_of<Arch>* from = w + c * depth + (first + i) * panel;
            real_of<Arch>* to = transposed + i * columns + c * panel;
            const std::size_t rows = std::min(panel, count - i);
            const std::size_t wide = std::min(panel, columns - c);
            if (rows == panel && wide == panel)
                transpose_panel<Arch>(from, to);
            else
                transpose<Arch>(from, panel, rows, wide, to, panel);
        }
}

/// Up to gradient_rows rows of an input gradient: the rows are transposed, so that w is read as it lies.
template <class Arch>
void multiply_transposed_gradients(std::size_t rows, std::size_t depth, std::size_t columns,
                                   const real_of<Arch>* y_gradient, std::size_t y_stride,
                                   const real_of<Arch>* w, std::ptrdiff_t relu_mask,
                                   real_of<Arch>* x_gradient, std::size_t x_stride, real_of<Arch>* scratch) {
    const std::size_t wide = whole_panels(columns);
    const bool by_dots = rows <= 2 * most_dot_columns;
    const std::size_t tall = std::min(depth, strip_rows);
    real_of<Arch>* transposed_x = scratch + whole_panels(rows) * wide;
    if (by_dots) {
        std::fill_n(scratch, rows * wide, 0.0f);
        for (std::size_t r = 0; r < rows; ++r)
            std::copy_n(y_gradient + r * y_stride, columns, scratch + r * wide);
    } else {
        for (std::size_t r = 0; r < rows; r += panel) {
            const std::size_t now = std::min(panel, rows - r);
            const std::size_t written = now == panel ? columns : 0;
            real_of<Arch>* transposed_y = scratch + r * wide;
            std::fill_n(transposed_y + written * panel, (wide - written) * panel, 0.0f);
            transpose<Arch>(y_gradient + r * y_stride, y_stride, now, columns, transposed_y, panel);
        }
    }
    const tile_walk walk{.segments = wide / panel,
                         .length = panel,
                         .a_segment = std::ptrdiff_t(depth * panel),
                         .b_segment = std::ptrdiff_t(by_dots ? panel : panel * panel),
                         .b_panel = std::ptrdiff_t(by_dots ? wide : panel * wide)};
    for_each_strip(depth, [&](std::size_t first, std::size_t count) {
        const real_of<Arch>* a[strip_rows];
        real_of<Arch>* c[strip_rows];
        point_at_rows(count, a, w + first * panel, panel, c, transposed_x, panel);
        if (by_dots)
            multiply_narrow<Arch>(count, walk, a, scratch, c, rows);
        else
            multiply_rows<Arch>(count, walk, a, scratch, {.c_panel = std::ptrdiff_t(tall * panel)}, c,
                                whole_panels(rows));
        for (std::size_t r = 0; r < rows; r += panel)
            transpose<Arch>(transposed_x + r * tall, panel, count, std::min(panel, rows - r),
                            x_gradient + r * x_stride + first, x_stride);
        for (std::size_t r = 0; relu_mask != 0 && r < rows; ++r) {
            real_of<Arch>* row = x_gradient + r * x_stride + first;
            activate_gradient<Arch, relu_function>(count, row + relu_mask, row, row);
        }
    });
}

} // namespace detail

/// x_gradient = y_gradient w^T, masked or not (see tile_epilogue<Arch>). For many rows w is transposed, for few the
/// gradients are; fewer still are multiplied with the rows of w one by one. `scratch` holds
/// input_gradient_scratch of as many rows or more; rows of x_gradient have room for whole panels.
template <class Arch>
STRATA_NOINLINE void multiply_input_gradient(std::size_t rows, std::size_t depth, std::size_t columns,
                                             const real_of<Arch>* y_gradient, std::size_t y_stride,
                                             const real_of<Arch>* w, std::ptrdiff_t relu_mask,
                                             real_of<Arch>* x_gradient, std::size_t x_stride,
                                             real_of<Arch>* scratch) {
    if (transposes_weights(rows, depth, columns)) {
        detail::transpose_panels<Arch>(depth, columns, w, 0, depth, scratch);
        return multiply<Arch>(rows, columns, depth, y_gradient, y_stride, scratch, {.relu_mask = relu_mask},
                              x_gradient, x_stride);
    }
    for (std::size_t done = 0; done < rows; done += gradient_rows)
        detail::multiply_transposed_gradients<Arch>(std::min(gradient_rows, rows - done), depth, columns,
                                                    y_gradient + done * y_stride, y_stride, w, relu_mask,
                                                    x_gradient + done * x_stride, x_stride, scratch);
}

/// Rows of a weight matrix that multiply_transposed transposes at a time.
inline constexpr std::size_t transposed_rows = 4 * panel;

/// Floats of scratch that multiply_transposed needs.
constexpr std::size_t transposed_scratch(std::size_t depth, std::size_t columns) {
    return columns * std::min(transposed_rows, whole_panels(depth));
}

/// y = x w^T + bias: `rows` rows of `columns` floats times the transpose of a weight matrix of depth x
/// columns. In contrast to multiply_input_gradient, every number of rows goes the same way, so that a row's
/// bits do not depend on the rows beside it. Rows of y have room for whole panels.
template <class Arch>
STRATA_NOINLINE void multiply_transposed(std::size_t rows, std::size_t depth, std::size_t columns,
                                         const real_of<Arch>* x, std::size_t x_stride, const real_of<Arch>* w,
                                         const real_of<Arch>* bias, real_of<Arch>* y, std::size_t y_stride,
                                         real_of<Arch>* scratch) {
    for (std::size_t first = 0; first < depth; first += transposed_rows) {
        const std::size_t now = std::min(transposed_rows, depth - first);
        detail::transpose_panels<Arch>(depth, columns, w, first, now, scratch);
        multiply<Arch>(rows, columns, now, x, x_stride, scratch, {.bias = bias + first}, y + first, y_stride);
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
