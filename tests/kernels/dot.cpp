// Narrow products: every number of rows, columns and summed-over floats around the tile's sizes.
#include "strata/kernels/dot.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

void check_narrow(std::size_t rows, std::size_t columns, std::size_t segments, std::size_t length,
                  unsigned number) {
    CAPTURE(rows);
    CAPTURE(columns);
    CAPTURE(segments);
    CAPTURE(length);
    // What lies between segments must not count, nor may anything after the last one be read.
    const std::size_t segment = length + number % 3;
    const rows_of_floats a{rows * segments, length, segment, number};
    const rows_of_floats b{columns * segments, length, length + number % 2, number + 1};
    const std::size_t c_stride = columns + number % 4;
    output c{rows * c_stride, number % 16};
    const float* a_rows[kernels::strip_rows]{};
    float* c_rows[kernels::strip_rows]{};
    for (std::size_t r = 0; r < rows; ++r) {
        a_rows[r] = a.data() + r * segments * segment;
        c_rows[r] = c.data() + (rows - 1 - r) * c_stride; // in reverse
        for (std::size_t j = 0; j < columns; ++j) {
            sum s;
            for (std::size_t k = 0; k < segments; ++k)
                for (std::size_t i = 0; i < length; ++i)
                    s.add(a(r * segments + k, i), b(j * segments + k, i));
            c.expect((rows - 1 - r) * c_stride + j, s);
        }
    }
    const kernels::tile_walk walk{.segments = segments,
                                  .length = length,
                                  .a_segment = std::ptrdiff_t(segment),
                                  .b_segment = std::ptrdiff_t(length + number % 2),
                                  .b_panel = std::ptrdiff_t(segments * (length + number % 2))};
    kernels::multiply_narrow<arch>(rows, walk, a_rows, b.data(), c_rows, columns);
    CHECK(c.wrong() == "");
}

TEST_CASE("multiply_narrow computes every dot product, and reads and writes nothing else") {
    unsigned number = 0;
    for (std::size_t rows = 1; rows <= 17; ++rows)
        for (std::size_t columns = 1; columns <= 10; ++columns)
            for (const std::size_t length : sizes{1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 40, 50}) {
                check_narrow(rows, columns, 1 + number % 3, length, number);
                ++number;
            }
}

TEST_CASE("multiply_narrow of a whole strip, and of none") {
    check_narrow(kernels::strip_rows, 3, 2, 32, 1);
    check_narrow(kernels::strip_rows - 1, 1, 2, 32, 2);
    check_narrow(0, 1, 1, 8, 1);
}

TEST_CASE("multiply_narrow of no steps is zero") {
    check_narrow(5, 2, 0, 4, 1);
    check_narrow(5, 2, 1, 0, 1);
}

TEST_CASE("a row's dot product has the same bits whatever rows are beside it") {
    const rows_of_floats a{20, 37, 37, 1};
    const rows_of_floats b{1, 37, 37, 2};
    const float* a_rows[20];
    std::vector<float> all(20);
    std::vector<float> one(20);
    float* c_rows[20];
    for (std::size_t r = 0; r < 20; ++r) {
        a_rows[r] = a.data() + 37 * r;
        c_rows[r] = all.data() + r;
    }
    const kernels::tile_walk walk{.length = 37};
    kernels::multiply_narrow<arch>(20, walk, a_rows, b.data(), c_rows, 1);
    for (std::size_t r = 0; r < 20; ++r) {
        float* to = one.data() + r;
        kernels::multiply_narrow<arch>(1, walk, a_rows + r, b.data(), &to, 1);
    }
    CHECK(all == one);
}

} // namespace
