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
                kernels::add_column_sums<arch>({1, 0, rows, columns + apart}, columns, x.data(), sums.data());
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
        kernels::add_column_sums<arch>({1, 0, 0, columns}, columns, nullptr, sums.data());
        kernels::add_column_sums<arch>({0, 0, 5, columns}, columns, nullptr, sums.data());
        kernels::add_column_sums<arch>({5, 0, 0, columns}, columns, nullptr, sums.data());
        CHECK(sums.wrong() == "");
    }
}

/// Numbers like those of long sums: small ones around 0, positive ones, and a constant.
std::vector<float> drawn_numbers(std::size_t count, unsigned number) {
    std::vector<float> values = random_floats(count, number);
    const float constants[]{0.1f, 0.7f, 255.0f, -12345.678f, 1e-30f, 1e19f};
    const float constant = constants[number % 6];
    if (number % 3 == 1)
        for (float& value : values) value = value * value + 0.3f;
    if (number % 3 == 2) std::fill(values.begin(), values.end(), constant);
    return values;
}

TEST_CASE("long sums of columns over several samples are off by 2 ulp of the magnitudes at most") {
    unsigned number = 0;
    for (const std::size_t samples : sizes{1, 3, 64})
        for (const std::size_t rows : sizes{1, 7, 49, 784, 5003})
            for (const std::size_t columns : sizes{1, 2, 3, 5, 16, 17, 33, 96}) {
                if (samples * rows * columns > 1'000'000) continue;
                ++number;
                CAPTURE(samples);
                CAPTURE(rows);
                CAPTURE(columns);
                const std::size_t apart = rows * columns + number % 3;
                const std::vector<float> x = drawn_numbers(samples * apart, number);
                std::vector<float> sums(columns, 0.0f);
                kernels::add_column_sums<arch>({samples, apart, rows, columns}, columns, x.data(),
                                               sums.data());
                std::size_t wrong = 0;
                for (std::size_t c = 0; c < columns; ++c) {
                    sum s;
                    for (std::size_t k = 0; k < samples; ++k)
                        for (std::size_t r = 0; r < rows; ++r)
                            s.add(static_cast<double>(x[k * apart + r * columns + c]));
                    wrong += !s.is(sums[c]);
                }
                CHECK(wrong == 0);
            }
}

} // namespace
