// The products of a dense layer that is so small that finding out how to cut it would take as long as computing it: sizes are
// known to the compiler, and the tiles are cut by it. The same bits as gemm.hpp's, which takes over where a condition fails.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/gemm.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET::kernels {

// Where kernels are compiled once for a program, those are the general ones.
#if defined(STRATA_SEPARATE_KERNELS)
inline constexpr bool has_small_products = false;
#else
inline constexpr bool has_small_products = true;
#endif

namespace detail {

/// A matrix whose rows lie `row` floats apart, and its columns `column`.
template <class Number>
struct matrix_view {
    Number* data;
    std::ptrdiff_t row;
    std::ptrdiff_t column;
};

/// How a small product of so many columns is cut: into tiles of `rows` rows and `panels` panels, and of what rows are left into
/// tiles of one row and `row_panels` panels. Known to the compiler, a number of rows of the result is cut into any tiles, else
/// (0) into powers of two.
template <class Arch, std::size_t Columns, std::size_t Known>
struct small_cut {
    static constexpr std::size_t all = whole_panels(Columns) / panel;

    /// Rows of a tile for which there are registers.
    static constexpr std::size_t rows_for(std::size_t count) {
        const std::size_t most =
            std::clamp<std::size_t>(tile_sums<Arch> / (count * panel_vectors<Arch>), 1, 16);
        if (Known == 0) return std::bit_floor(most);
        const std::size_t tiles = (Known + most - 1) / most;
        return (Known + tiles - 1) / tiles;
    }
    /// The panels, a divisor of all, of which such a tile loads least for each of its sums; or of a single row the most.
    static constexpr std::size_t best_panels(bool single_row) {
        std::size_t best = 1;
        // Sums that go to several panels are far apart: measured, several vectors of one panel are faster.
        if (Known != 0 && panel_vectors<Arch> > 1) return best;
        for (std::size_t count = 2; count <= all; ++count) {
            if (all % count != 0 || count * panel_vectors<Arch> > tile_sums<Arch>) continue;
            const auto loads = [](std::size_t n) {
                const std::size_t wide = n * panel_vectors<Arch>;
                return double(wide + rows_for(n)) / double(wide * rows_for(n));
            };
            if (single_row || loads(count) < loads(best)) best = count;
        }
        return best;
    }
    static constexpr std::size_t panels = best_panels(false);
    static constexpr std::size_t rows = rows_for(panels);
    static constexpr std::size_t row_panels = best_panels(true);
};

/// What a tile's epilogue may have: a forward product starts from a bias and may end in a relu; a weight gradient may be added
/// to; an input gradient may be masked.
enum class product { forward, weights, inputs };

/// One tile: C (Rows x Panels panels) = start + A B over `steps` steps, as multiply_tiles. Panels of B and C lie b_panel and
/// target.c_panel floats apart. Inlined, with sizes that are constants there.
template <class Arch, product Which, std::size_t Rows, std::size_t Panels>
[[gnu::always_inline]] inline void
multiply_small_tile(std::size_t steps, const matrix_view<const real_of<Arch>>& a, const real_of<Arch>* b,
                    std::ptrdiff_t b_step, std::ptrdiff_t b_panel, const tile_epilogue<Arch>& target,
                    real_of<Arch>* c, std::ptrdiff_t c_row) {
    constexpr std::size_t vectors = panel_vectors<Arch>;
    constexpr std::size_t wide = Panels * vectors;
    const auto begin = [](std::size_t v, std::ptrdiff_t distance) __attribute__((always_inline)) {
        return std::ptrdiff_t(v / vectors) * distance + std::ptrdiff_t(v % vectors * lanes<Arch>);
    };
    vec<Arch> sum[Rows][wide];
    if (Which == product::weights && target.accumulate) {
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
            for (std::size_t v = 0; v < wide; ++v)
                sum[r][v] = load<Arch>(c + std::ptrdiff_t(r) * c_row + begin(v, target.c_panel));
    } else {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < wide; ++v) {
            vec<Arch> start(0.0f);
            if (Which == product::forward) start = load<Arch>(target.bias + v * lanes<Arch>);
#pragma GCC unroll 16
            for (std::size_t r = 0; r < Rows; ++r) sum[r][v] = start;
        }
    }
#pragma GCC unroll 2
    for (std::size_t i = 0; i < steps; ++i) {
        const auto at = std::ptrdiff_t(i);
        vec<Arch> right[wide];
#pragma GCC unroll 16
        for (std::size_t v = 0; v < wide; ++v) right[v] = load<Arch>(b + at * b_step + begin(v, b_panel));
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r) {
            const vec<Arch> left(a.data[std::ptrdiff_t(r) * a.row + at * a.column]);
#pragma GCC unroll 16
            for (std::size_t v = 0; v < wide; ++v) sum[r][v] = multiply_add<Arch>(left, right[v], sum[r][v]);
        }
    }
    const vec<Arch> zero(0.0f);
    if (Which == product::forward && target.relu) {
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
            // In this order a NaN stays one: the instruction returns its second operand then.
            for (std::size_t v = 0; v < wide; ++v) sum[r][v] = max(zero, sum[r][v]);
    }
    if (Which == product::inputs && target.relu_mask != 0) {
#pragma GCC unroll 16
        for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
            for (std::size_t v = 0; v < wide; ++v) {
                const real_of<Arch>* of_relu =
                    c + std::ptrdiff_t(r) * c_row + begin(v, target.c_panel) + target.relu_mask;
                sum[r][v] = select(load<Arch>(of_relu) > zero, sum[r][v], zero);
            }
    }
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 16
        for (std::size_t v = 0; v < wide; ++v)
            sum[r][v].store_unaligned(c + std::ptrdiff_t(r) * c_row + begin(v, target.c_panel));
}

/// y = x w in tiles of Rows rows, and what is left in tiles a quarter as tall and single rows: each height costs compile time.
template <class Arch, product Which, std::size_t Depth, std::size_t Columns, std::size_t Rows>
[[gnu::always_inline]] inline void
multiply_small_rows(std::size_t rows, const real_of<Arch>* x, const real_of<Arch>* w,
                    const tile_epilogue<Arch>& epilogue, real_of<Arch>* y) {
    using cut = small_cut<Arch, Columns, 0>;
    constexpr std::size_t panels = Rows == 1 ? cut::row_panels : cut::panels;
    constexpr auto x_stride = std::ptrdiff_t(whole_panels(Depth));
    constexpr auto y_stride = std::ptrdiff_t(whole_panels(Columns));
    constexpr auto b_panel = std::ptrdiff_t(Depth * panel);
    for (; rows >= Rows; rows -= Rows) {
        tile_epilogue<Arch> target = epilogue;
        for (std::size_t p = 0; p < cut::all; p += panels) {
            multiply_small_tile<Arch, Which, Rows, panels>(Depth, {x, x_stride, 1},
                                                           w + std::ptrdiff_t(p) * b_panel, panel, b_panel,
                                                           target, y + p * panel, y_stride);
            if (Which == product::forward) target.bias += panels * panel;
        }
        x += std::ptrdiff_t(Rows) * x_stride;
        y += std::ptrdiff_t(Rows) * y_stride;
    }
    if constexpr (Rows > 1)
        multiply_small_rows<Arch, Which, Depth, Columns, (Rows > 4 ? Rows / 4 : 1)>(rows, x, w, epilogue, y);
}

/// y = x w for a layer whose rows of samples are whole panels.
template <class Arch, product Which, std::size_t Depth, std::size_t Columns>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
multiply_small(std::size_t rows, const real_of<Arch>* x, const real_of<Arch>* w,
               const tile_epilogue<Arch>& epilogue, real_of<Arch>* y) {
    multiply_small_rows<Arch, Which, Depth, Columns, small_cut<Arch, Columns, 0>::rows>(rows, x, w, epilogue,
                                                                                        y);
}

/// w_gradient (+)= x^T y_gradient for the same layer.
template <class Arch, std::size_t Depth, std::size_t Columns>
STRATA_UNROLLED [[gnu::flatten]] STRATA_NOINLINE void
multiply_small_weight_gradient(std::size_t rows, const real_of<Arch>* x, const real_of<Arch>* y_gradient,
                               bool accumulate, real_of<Arch>* w_gradient) {
    using cut = small_cut<Arch, Columns, Depth>;
    const tile_epilogue<Arch> target{.accumulate = accumulate, .c_panel = std::ptrdiff_t(Depth * panel)};
    const auto multiply_at =
        [&]<std::size_t Rows>(std::size_t first, std::size_t p, std::integral_constant<std::size_t, Rows>)
            __attribute__((always_inline)) {
                multiply_small_tile<Arch, product::weights, Rows, cut::panels>(
                    rows, {x + first, 1, std::ptrdiff_t(whole_panels(Depth))}, y_gradient + p * panel,
                    std::ptrdiff_t(whole_panels(Columns)), panel, target,
                    w_gradient + (p * Depth + first) * panel, panel);
            };
    constexpr std::size_t whole = Depth / cut::rows * cut::rows;
    for (std::size_t p = 0; p < cut::all; p += cut::panels) {
        for (std::size_t first = 0; first < whole; first += cut::rows)
            multiply_at(first, p, std::integral_constant<std::size_t, cut::rows>{});
        if constexpr (whole < Depth)
            multiply_at(whole, p, std::integral_constant<std::size_t, Depth - whole>{});
    }
}

} // namespace detail

/// multiply from a bias, and through a relu if wanted, for a layer of these sizes.
template <class Arch, std::size_t Depth, std::size_t Columns>
void multiply_sized(std::size_t rows, const real_of<Arch>* x, std::size_t x_stride, const real_of<Arch>* w,
                    const real_of<Arch>* bias, bool relu, real_of<Arch>* y, std::size_t y_stride) {
    const tile_epilogue<Arch> epilogue{.bias = bias, .relu = relu};
    if constexpr (has_small_products && is_small_product(Depth, Columns)) {
        if (x_stride == whole_panels(Depth) && y_stride == whole_panels(Columns))
            return detail::multiply_small<Arch, detail::product::forward, Depth, Columns>(rows, x, w,
                                                                                          epilogue, y);
    }
    multiply<Arch>(rows, Depth, Columns, x, x_stride, w, epilogue, y, y_stride);
}

/// multiply_weight_gradient, for a layer of these sizes.
template <class Arch, std::size_t Depth, std::size_t Columns>
void multiply_sized_weight_gradient(std::size_t rows, const real_of<Arch>* x, std::size_t x_stride,
                                    const real_of<Arch>* y_gradient, std::size_t y_stride, bool accumulate,
                                    real_of<Arch>* w_gradient) {
    if constexpr (has_small_products && is_small_product(Depth, Columns)) {
        if (rows > 1 && x_stride == whole_panels(Depth) && y_stride == whole_panels(Columns)) {
            for (std::size_t done = 0; done < rows; done += summed_rows)
                detail::multiply_small_weight_gradient<Arch, Depth, Columns>(
                    std::min(summed_rows, rows - done), x + done * x_stride, y_gradient + done * y_stride,
                    accumulate || done > 0, w_gradient);
            return;
        }
    }
    multiply_weight_gradient<Arch>(rows, Depth, Columns, x, x_stride, y_gradient, y_stride, accumulate,
                                   w_gradient);
}

/// multiply_input_gradient, for a layer of these sizes.
template <class Arch, std::size_t Depth, std::size_t Columns>
void multiply_sized_input_gradient(std::size_t rows, const real_of<Arch>* y_gradient, std::size_t y_stride,
                                   const real_of<Arch>* w, std::ptrdiff_t relu_mask,
                                   real_of<Arch>* x_gradient, std::size_t x_stride, real_of<Arch>* scratch) {
    if constexpr (has_small_products && is_small_product(Depth, Columns)) {
        if (transposes_weights(rows, Depth, Columns) && x_stride == whole_panels(Depth) &&
            y_stride == whole_panels(Columns)) {
            detail::transpose_panels<Arch>(Depth, Columns, w, 0, Depth, scratch);
            return detail::multiply_small<Arch, detail::product::inputs, Columns, Depth>(
                rows, y_gradient, scratch, {.relu_mask = relu_mask}, x_gradient);
        }
    }
    multiply_input_gradient<Arch>(rows, Depth, Columns, y_gradient, y_stride, w, relu_mask, x_gradient,
                                  x_stride, scratch);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
