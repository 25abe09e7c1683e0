// Transposition of small matrices, element by element.
#include "strata/kernels/transpose.hpp"

#include "strata/kernels/vectors.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("transpose exchanges rows and columns and touches nothing else") {
    const sizes around_four{1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 37};
    for (const std::size_t rows : around_four)
        for (const std::size_t columns : around_four)
            for (const std::size_t apart : sizes{0, 1, 3}) {
                CAPTURE(rows);
                CAPTURE(columns);
                CAPTURE(apart);
                const rows_of_floats in{rows, columns, columns + apart, 7};
                const std::size_t out_stride = rows + 2 * apart;
                output out{(columns - 1) * out_stride + rows, apart};
                for (std::size_t r = 0; r < rows; ++r)
                    for (std::size_t c = 0; c < columns; ++c) out.expect(c * out_stride + r, in(r, c));
                kernels::transpose<arch>(in.data(), columns + apart, rows, columns, out.data(), out_stride);
                CHECK(out.wrong() == "");
            }
}

TEST_CASE("transpose moves bits, whatever they mean") {
    std::vector<float> in(25, not_a_number);
    in[1] = -0.0f;
    in[7] = infinity;
    in[24] = 0x1p-149f;
    std::vector<float> out(25);
    kernels::transpose<arch>(in.data(), 5, 5, 5, out.data(), 5);
    for (std::size_t r = 0; r < 5; ++r)
        for (std::size_t c = 0; c < 5; ++c)
            CHECK(std::bit_cast<std::uint32_t>(out[c * 5 + r]) ==
                  std::bit_cast<std::uint32_t>(in[r * 5 + c]));
}

TEST_CASE("a matrix of nothing is left alone") {
    output out{16};
    kernels::transpose<arch>(nullptr, 4, 0, 4, out.data(), 4);
    kernels::transpose<arch>(nullptr, 4, 4, 0, out.data(), 4);
    CHECK(out.wrong() == "");
}

} // namespace
