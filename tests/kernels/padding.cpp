// The padding of a matrix in panels: it becomes zero, values stay, and what was in there is told.
#include "strata/kernels/padding.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <vector>

namespace {

using strata::arch, strata::extents, strata::parameter;
namespace kernels = strata::kernels;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

TEST_CASE("clear_panel_padding: padding becomes zero, values and what follows stay") {
    for (const std::size_t rows : {1u, 2u, 5u, 17u})
        for (const std::size_t columns : {1u, 3u, 15u, 16u, 17u, 31u, 32u, 33u, 47u})
            for (const float with : {0.0f, -0.0f, 1.0f, -1e-45f, nan, -nan, infinity}) {
                CAPTURE(rows);
                CAPTURE(columns);
                CAPTURE(with);
                const parameter p{"weight", extents{rows, columns}};
                std::vector<float> block(p.floats() + 16, with);
                std::vector<bool> holds(p.floats());
                for (std::size_t i = 0; i < p.count(); ++i) {
                    holds[p.place(i)] = true;
                    block[p.place(i)] = static_cast<float>(i + 1);
                }
                const bool any = with != 0.0f && with == with;
                CHECK(kernels::clear_panel_padding<arch>(rows, columns, block.data()) ==
                      (any && columns % 16 != 0));
                for (std::size_t i = 0; i < p.count(); ++i)
                    CHECK(block[p.place(i)] == static_cast<float>(i + 1));
                for (std::size_t i = 0; i < p.floats(); ++i)
                    if (!holds[i]) CHECK(block[i] == 0.0f);
                for (std::size_t i = p.floats(); i < block.size(); ++i)
                    CHECK((block[i] == with || with != with));
                CHECK_FALSE(kernels::clear_panel_padding<arch>(rows, columns, block.data()));
            }
}

TEST_CASE("clear_panel_padding: one number anywhere in the padding is told") {
    for (const float with : {1.0f, -1e-45f, -3e38f, infinity})
        for (std::size_t r = 0; r < 7; ++r)
            for (std::size_t c = 5; c < 16; ++c) {
                std::vector<float> block(7 * 32);
                block[7 * 16 + r * 16 + c] = with;
                CHECK(kernels::clear_panel_padding<arch>(7, 21, block.data()));
            }
}

} // namespace
