// Strips of rows, and so the register tile: every height, every width, and every way that it can walk.
#include "strata/kernels/strip.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

/// The element of an operand that a walk meets at a segment and step.
std::ptrdiff_t offset(std::size_t segment, std::size_t step, std::ptrdiff_t by_segment,
                      std::ptrdiff_t by_step) {
    return std::ptrdiff_t(segment) * by_segment + std::ptrdiff_t(step) * by_step;
}

/// One call of multiply_rows and what it ought to compute, from numbers that are anything.
struct tile_case {
    std::size_t rows, columns;
    kernels::tile_walk walk;
    bool accumulate, biased;
    bool relu;
    bool masked = false;
};

std::string wrong_in(const tile_case& t, unsigned variant) {
    const std::size_t panels = (t.columns + 15) / 16;
    const kernels::tile_walk& w = t.walk;
    const auto reach = [&](std::ptrdiff_t by_segment, std::ptrdiff_t by_step) {
        const auto last = [](std::size_t count) { return count == 0 ? 0 : count - 1; };
        return static_cast<std::size_t>(offset(last(w.segments), last(w.length), by_segment, by_step));
    };
    const std::size_t a_floats = reach(w.a_segment, w.a_step) + 1;
    const std::size_t b_floats =
        reach(w.b_segment, w.b_step) + (panels - 1) * static_cast<std::size_t>(w.b_panel) + 16;
    const std::vector<float> a = random_floats(a_floats + 7 * t.rows, variant);
    const std::vector<float> b = random_floats(b_floats, variant + 1);
    const std::vector<float> bias = random_floats(panels * 16, variant + 2);
    const std::vector<float> before = random_floats(panels * 16 * t.rows, variant + 3);

    // Rows of the target lie in reverse; its panels have a gap of 4 when they are whole, none when the last
    // is not.
    const bool whole = t.columns % 16 == 0;
    const std::size_t c_panel = whole ? 20 : 16;
    const std::size_t c_row = panels * c_panel + 3;
    output c{(t.masked ? 2 : 1) * t.rows * c_row, variant % 16};
    const float* a_rows[kernels::strip_rows]{};
    float* c_rows[kernels::strip_rows]{};
    for (std::size_t r = 0; r < t.rows; ++r) {
        a_rows[r] = a.data() + 7 * r;
        c_rows[r] = c.data() + (t.rows - 1 - r) * c_row;
        for (std::size_t column = 0; column < t.columns; ++column) {
            const std::size_t p = column / 16;
            const auto at = static_cast<std::size_t>(c_rows[r] - c.data()) + p * c_panel + column % 16;
            sum s;
            if (t.accumulate) {
                c.start(at, before[r * panels * 16 + column]);
                s.add(static_cast<double>(before[r * panels * 16 + column]));
            } else if (t.biased) {
                s.add(static_cast<double>(bias[column]));
            }
            for (std::size_t j = 0; j < w.segments; ++j)
                for (std::size_t k = 0; k < w.length; ++k) {
                    const float* left = a_rows[r] + offset(j, k, w.a_segment, w.a_step);
                    const float* right = b.data() + std::ptrdiff_t(p) * w.b_panel + column % 16 +
                                         offset(j, k, w.b_segment, w.b_step);
                    s.add(static_cast<double>(*left), static_cast<double>(*right));
                }
            c.expect(at, s, t.relu);
        }
    }
    const kernels::tile_epilogue<arch> target{.accumulate = t.accumulate,
                                              .bias = t.biased ? bias.data() : nullptr,
                                              .relu = t.relu,
                                              .relu_mask = t.masked ? c.mask_distance(variant) : 0,
                                              .c_panel = std::ptrdiff_t(c_panel)};
    kernels::multiply_rows<arch>(t.rows, w, a_rows, b.data(), target, c_rows, t.columns);
    return c.wrong();
}

TEST_CASE("a tile of every height computes every width, partial panels included") {
    unsigned variant = 0;
    for (std::size_t rows = 1; rows <= kernels::tile_rows<arch>; ++rows)
        for (std::size_t columns = 1; columns <= 130; ++columns) {
            ++variant;
            CAPTURE(rows);
            CAPTURE(columns);
            const tile_case t{rows,
                              columns,
                              {.length = 1 + columns % 9, .b_panel = 16 * 9},
                              columns % 16 == 0 && rows % 2 == 0,
                              variant % 3 == 0,
                              variant % 5 == 0};
            CHECK(wrong_in(t, variant) == "");
        }
}

TEST_CASE("behind a relu mask a tile stores 0 where the mask is not above 0") {
    unsigned variant = 0;
    constexpr std::size_t tall = kernels::tile_rows<arch>;
    for (const std::size_t rows : {std::size_t{1}, tall - 1, tall, tall + 1, kernels::strip_rows})
        for (const std::size_t columns : sizes{1, 15, 16, 17, 32, 48, 50, 64, 70}) {
            ++variant;
            CAPTURE(rows);
            CAPTURE(columns);
            tile_case t{rows, columns, {.length = 5, .b_panel = 16 * 5}, false, variant % 2 == 0, false};
            t.masked = true;
            CHECK(wrong_in(t, variant) == "");
        }
}

TEST_CASE("a tile walks segments and steps, apart or overlapping") {
    unsigned variant = 0;
    for (const std::size_t segments : sizes{1, 2, 3, 5})
        for (const std::size_t length : sizes{1, 2, 3, 7})
            for (const std::ptrdiff_t a_step : {1, 2, 17})
                for (const std::ptrdiff_t b_step : {16, 32, 5}) {
                    ++variant;
                    CAPTURE(segments);
                    CAPTURE(length);
                    CAPTURE(a_step);
                    CAPTURE(b_step);
                    const kernels::tile_walk walk{.segments = segments,
                                                  .length = length,
                                                  .a_step = a_step,
                                                  .a_segment = 3,
                                                  .b_step = b_step,
                                                  .b_segment = 48,
                                                  .b_panel = 1000};
                    const tile_case t{1 + variant % kernels::tile_rows<arch>,
                                      16 * (1 + variant % 3),
                                      walk,
                                      variant % 2 == 0,
                                      variant % 3 == 0,
                                      false};
                    CHECK(wrong_in(t, variant) == "");
                }
}

TEST_CASE("a walk of no steps leaves the start: zero, bias or what was there") {
    constexpr std::size_t rows = kernels::tile_rows<arch>;
    for (const auto& [segments, length] : {std::array{0, 1}, std::array{1, 0}})
        for (const bool accumulate : {false, true})
            for (const bool biased : {false, true}) {
                const kernels::tile_walk walk{.segments = static_cast<std::size_t>(segments),
                                              .length = static_cast<std::size_t>(length),
                                              .b_panel = 16};
                CHECK(wrong_in({rows, 48, walk, accumulate, biased, false}, 1) == "");
            }
}

TEST_CASE("any number of rows up to a strip, in tiles of two heights") {
    constexpr std::size_t tall = kernels::tile_rows<arch>;
    unsigned variant = 0;
    for (const std::size_t rows :
         {tall + 1, 2 * tall - 1, 2 * tall, 3 * tall + 2, kernels::strip_rows - 1, kernels::strip_rows})
        for (const std::size_t columns : sizes{5, 16, 33, 64, 70})
            for (const bool accumulate : {false, true}) {
                CAPTURE(rows);
                CAPTURE(columns);
                ++variant;
                CHECK(wrong_in({rows,
                                columns,
                                {.length = 19, .b_panel = 19 * 16},
                                accumulate && columns % 16 == 0,
                                variant % 2 == 0,
                                true},
                               variant) == "");
            }
}

TEST_CASE("for_each_strip covers all rows once and in order") {
    for (std::size_t count = 0; count <= 5 * kernels::strip_rows; ++count) {
        std::size_t next = 0;
        kernels::for_each_strip(count, [&](std::size_t first, std::size_t rows) {
            CHECK(first == next);
            CHECK(rows > 0);
            CHECK(rows <= kernels::strip_rows);
            next = first + rows;
        });
        CHECK(next == count);
    }
}

TEST_CASE("tiles leave registers for what their sums are multiplied from, and few rows take several panels") {
    constexpr std::size_t vectors = kernels::panel_vectors<arch>;
    static_assert(kernels::panel % kernels::lanes<arch> == 0);
    static_assert(kernels::tile_rows<arch> >= 1 && kernels::tile_rows<arch> <= 12);
    static_assert(kernels::strip_rows % kernels::narrow_rows<arch> == 0); // room for rows that stand in
    static_assert(kernels::strip_rows % kernels::tile_step<arch> == 0);
    for (std::size_t rows = 1; rows <= kernels::tile_rows<arch>; ++rows) {
        const std::size_t panels = kernels::tile_panels<arch>(rows);
        CHECK(panels >= 1);
        CHECK(panels <= (rows == 1 ? 8 : 4));
        if (2 * rows >= kernels::tile_rows<arch>) // these may stand side by side
            CHECK(panels == kernels::tile_panels<arch>(kernels::tile_rows<arch>));
        // A step keeps a row of B and broadcasts A's numbers one by one, or the other way round.
        const std::size_t wide = panels * vectors;
        CHECK(rows * wide + std::min(rows, wide) + 1 <= kernels::registers<arch>);
    }
}

} // namespace
