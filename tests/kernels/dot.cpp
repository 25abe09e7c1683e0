// Narrow products: every number of rows, columns and summed-over floats around the tile's sizes.
#include "strata/kernels/dot.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("multiply_narrow computes every dot product, and reads and writes nothing else") {
    unsigned number = 0;
    for (std::size_t rows = 1; rows <= 9; ++rows)
        for (std::size_t columns = 1; columns <= 10; ++columns)
            for (const std::size_t length : sizes{1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 40, 50}) {
                ++number;
                CAPTURE(rows);
                CAPTURE(columns);
                CAPTURE(length);
                const std::size_t a_stride = length + number % 3;
                const std::size_t c_stride = rows + number % 4;
                const std::size_t b_segment = columns * 16 + number % 2 * 16;
                // What lies between the rows of a must not count, nor what lies after the last one.
                std::vector<float> a(rows * a_stride, not_a_number);
                const std::vector<float> values = random_floats(rows * length, number);
                for (std::size_t r = 0; r < rows; ++r)
                    for (std::size_t i = 0; i < length; ++i) a[r * a_stride + i] = values[r * length + i];
                a.resize((rows - 1) * a_stride + length);
                std::vector<float> b = random_floats((length + 15) / 16 * b_segment, number + 1);
                for (std::size_t i = length; i < (length + 15) / 16 * 16; ++i)
                    for (std::size_t j = 0; j < columns; ++j) b[i / 16 * b_segment + j * 16 + i % 16] = 0.0f;
                output c{(columns - 1) * c_stride + rows, number % 16};
                for (std::size_t j = 0; j < columns; ++j)
                    for (std::size_t r = 0; r < rows; ++r) {
                        sum s;
                        for (std::size_t i = 0; i < length; ++i)
                            s.add(static_cast<double>(values[r * length + i]),
                                  static_cast<double>(b[i / 16 * b_segment + j * 16 + i % 16]));
                        c.expect(j * c_stride + r, s, -infinity);
                    }
                kernels::multiply_narrow<arch>(rows, columns, length, a.data(), a_stride, b.data(), b_segment,
                                               c.data(), c_stride);
                CHECK(c.wrong() == "");
            }
}

TEST_CASE("no rows write nothing") {
    const std::vector<float> b(16, 1.0f);
    output c{4, 0};
    kernels::multiply_narrow<arch>(0, 1, 8, b.data(), 8, b.data(), 16, c.data(), 4);
    CHECK(c.written_outside() == "");
}

} // namespace
