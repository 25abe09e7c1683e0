// Sums of columns against a scalar loop.
#include "strata/kernels/reduce.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("add_column_sums adds to what is there, and reads and writes nothing beyond the columns") {
    unsigned number = 0;
    for (const std::size_t rows : sizes{1, 2, 5, 7, 8, 9, 16, 17, 33, 1000})
        for (const std::size_t columns : sizes{1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, 117})
            for (const std::size_t apart : sizes{0, 1, 5}) {
                ++number;
                CAPTURE(rows);
                CAPTURE(columns);
                CAPTURE(apart);
                const rows_of_floats x{rows, columns, columns + apart, number};
                const rows_of_floats before{1, columns, columns, number + 1};
                output sums{columns, number % 16};
                for (std::size_t c = 0; c < columns; ++c) {
                    sums.start(c, before.data()[c]);
                    sum s;
                    s.add(before(0, c));
                    for (std::size_t r = 0; r < rows; ++r) s.add(x(r, c));
                    sums.expect(c, s);
                }
                kernels::add_column_sums<arch>(rows, columns, x.data(), columns + apart, sums.data());
                CHECK(sums.wrong() == "");
            }
}

TEST_CASE("no rows add nothing") {
    for (const std::size_t columns : sizes{1, 9}) {
        output sums{columns};
        for (std::size_t c = 0; c < columns; ++c) {
            sums.start(c, 2.0f);
            sums.expect(c, 2.0);
        }
        kernels::add_column_sums<arch>(0, columns, nullptr, columns, sums.data());
        CHECK(sums.wrong() == "");
    }
}

} // namespace
