// The three matrix products of a dense layer: forward, weight gradient, input gradient.
//
// A weight matrix of `inner` rows and `columns` columns lies in panels of 16 columns: element (i, c) is at
// (c / 16) * inner * 16 + i * 16 + c % 16, and the columns after the last are zero. All three products read
// it so.
#pragma once

#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/tile.hpp"
#include "strata/kernels/transpose.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::kernels {

constexpr std::size_t whole_panels(std::size_t columns) { return (columns + panel - 1) / panel * panel; }

/// y = x w: `rows` rows of `inner` floats times a weight matrix of inner x columns. `finish` says what is
/// added and what is stored.
template <class Arch>
[[gnu::noinline]] void multiply(std::size_t rows, std::size_t inner, std::size_t columns, const float* x,
                                std::size_t x_stride, const float* w, const tile_target& finish, float* y,
                                std::size_t y_stride) {
    const tile_walk walk{.length = inner, .b_panel = std::ptrdiff_t(inner * panel)};
    for_each_strip(rows, [&](std::size_t first, std::size_t count) {
        const float* a[strip_rows];
        float* c[strip_rows];
        for (std::size_t r = 0; r < count; ++r) {
            a[r] = x + (first + r) * x_stride;
            c[r] = y + (first + r) * y_stride;
        }
        multiply_rows<Arch>(count, walk, a, w, finish, c, columns);
    });
}

/// w_gradient (+)= x^T y_gradient, in panels like w. The rows of y_gradient must be padded with zeros.
template <class Arch>
[[gnu::noinline]] void multiply_weight_gradient(std::size_t rows, std::size_t inner, std::size_t columns,
                                                const float* x, std::size_t x_stride, const float* y_gradient,
                                                std::size_t y_stride, bool accumulate, float* w_gradient) {
    const tile_walk walk{.length = rows,
                         .a_step = std::ptrdiff_t(x_stride),
                         .b_step = std::ptrdiff_t(y_stride),
                         .b_panel = panel};
    const tile_target target{.accumulate = accumulate, .c_panel = std::ptrdiff_t(inner * panel)};
    for_each_strip(inner, [&](std::size_t first, std::size_t count) {
        const float* a[strip_rows];
        float* c[strip_rows];
        for (std::size_t r = 0; r < count; ++r) {
            a[r] = x + first + r;
            c[r] = w_gradient + (first + r) * panel;
        }
        multiply_rows<Arch>(count, walk, a, y_gradient, target, c, whole_panels(columns));
    });
}

/// Whether an input gradient turns the weights, or else the gradients: whichever is less to turn.
constexpr bool turns_weights(std::size_t rows, std::size_t inner, std::size_t columns) {
    return inner * columns <= rows * (inner + columns);
}

/// Floats of scratch that multiply_input_gradient needs for up to this many rows.
constexpr std::size_t input_gradient_scratch(std::size_t rows, std::size_t inner, std::size_t columns) {
    const std::size_t gradients = (whole_panels(columns) + inner) * panel;
    return turns_weights(rows, inner, columns) ? std::max(gradients, columns * whole_panels(inner))
                                               : gradients;
}

namespace detail {

/// The transpose of a weight matrix, in panels as well: columns x inner.
template <class Arch>
void turn_matrix(std::size_t inner, std::size_t columns, const float* w, float* turned) {
    if (inner % panel != 0) std::fill_n(turned, columns * whole_panels(inner), 0.0f);
    for (std::size_t i = 0; i < inner; i += panel)
        for (std::size_t c = 0; c < columns; c += panel)
            transpose<Arch>(w + c * inner + i * panel, panel, std::min(panel, inner - i),
                            std::min(panel, columns - c), turned + i * columns + c * panel, panel);
}

} // namespace detail

/// x_gradient = y_gradient w^T, behind a gate or not (see tile_target). For many rows w is turned. For few,
/// they are, sixteen at a time, so that w is read as it lies. `scratch` holds input_gradient_scratch of as
/// many rows or more.
template <class Arch>
[[gnu::noinline]] void multiply_input_gradient(std::size_t rows, std::size_t inner, std::size_t columns,
                                               const float* y_gradient, std::size_t y_stride, const float* w,
                                               std::ptrdiff_t gate, float* x_gradient, std::size_t x_stride,
                                               float* scratch) {
    if (turns_weights(rows, inner, columns)) {
        detail::turn_matrix<Arch>(inner, columns, w, scratch);
        return multiply<Arch>(rows, columns, inner, y_gradient, y_stride, scratch, {.gate = gate}, x_gradient,
                              x_stride);
    }
    float* turned_y = scratch;
    float* turned_x = scratch + whole_panels(columns) * panel;
    const tile_walk walk{.segments = whole_panels(columns) / panel,
                         .length = panel,
                         .a_segment = std::ptrdiff_t(inner * panel),
                         .b_segment = panel * panel};
    for (std::size_t done = 0; done < rows; done += panel) {
        const std::size_t now = std::min(panel, rows - done);
        std::fill_n(turned_y, whole_panels(columns) * panel, 0.0f);
        transpose<Arch>(y_gradient + done * y_stride, y_stride, now, columns, turned_y, panel);
        for_each_strip(inner, [&](std::size_t first, std::size_t count) {
            const float* a[strip_rows];
            float* c[strip_rows];
            for (std::size_t r = 0; r < count; ++r) {
                a[r] = w + (first + r) * panel;
                c[r] = turned_x + (first + r) * panel;
            }
            multiply_rows<Arch>(count, walk, a, turned_y, {}, c, panel);
        });
        transpose<Arch>(turned_x, panel, inner, now, x_gradient + done * x_stride, x_stride);
        for (std::size_t r = done; gate != 0 && r < done + now; ++r) {
            float* row = x_gradient + r * x_stride;
            activate_gradient<Arch, relu_function>(inner, row + gate, row, row);
        }
    }
}

} // namespace strata::kernels
