// The three matrix products of a dense layer against scalar loops in double.
#include "strata/kernels/gemm.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

// One, primes, and around a vector (4, 8, 16), a panel (16), a tile's rows (6, 12) and a wide tile (64).
const std::size_t some_rows[] = {1, 2, 5, 6, 7, 11, 12, 13, 17, 37};
const std::size_t some_inner[] = {1, 2, 3, 7, 8, 9, 16, 17, 67};
const std::size_t some_columns[] = {1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 48, 63, 64, 65, 97};

/// Calls f(rows, inner, columns) for all of these.
template <class Function>
void for_each_size(const Function& f) {
    for (const std::size_t rows : some_rows)
        for (const std::size_t inner : some_inner)
            for (const std::size_t columns : some_columns) {
                CAPTURE(rows);
                CAPTURE(inner);
                CAPTURE(columns);
                f(rows, inner, columns);
            }
}

TEST_CASE("multiply is the product, with bias and lower bound, in whole panels, and writes nothing else") {
    unsigned variant = 0;
    for_each_size([&](std::size_t rows, std::size_t inner, std::size_t columns) {
        ++variant;
        const rows_of_floats x{rows, inner, inner + variant % 4, variant};
        const panelled_matrix w{inner, columns, variant + 1};
        const panelled_matrix bias{1, columns, variant + 2};
        const bool biased = variant % 3 != 0;
        const bool relu = variant % 2 == 0;
        const std::size_t wide = up_to_panels(columns);
        const std::size_t y_stride = wide + variant % 5;
        output y{(rows - 1) * y_stride + wide, variant % 16};
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < wide; ++c) { // after the last column, weights and biases are zero
                sum s;
                if (biased) s.add(bias(0, c));
                for (std::size_t i = 0; i < inner; ++i) s.add(x(r, i), w(i, c));
                y.expect(r * y_stride + c, s, relu);
            }
        kernels::multiply<arch>(rows, inner, columns, x.data(), inner + variant % 4, w.data(),
                                {.bias = biased ? bias.data() : nullptr, .relu = relu}, y.data(), y_stride);
        CHECK(y.wrong() == "");
    });
}

TEST_CASE("a row's product has the same bits whatever rows are beside it") {
    const std::size_t inner = 67;
    const std::size_t columns = 81;
    const rows_of_floats x{37, inner, inner, 1};
    const panelled_matrix w{inner, columns, 2};
    const std::size_t wide = up_to_panels(columns);
    std::vector<float> all(37 * wide);
    kernels::multiply<arch>(37, inner, columns, x.data(), inner, w.data(), {}, all.data(), wide);
    for (std::size_t rows = 1; rows < 37; ++rows) {
        CAPTURE(rows);
        std::vector<float> some(rows * wide);
        kernels::multiply<arch>(rows, inner, columns, x.data(), inner, w.data(), {}, some.data(), wide);
        CHECK(std::equal(some.begin(), some.end(), all.begin()));
    }
}

TEST_CASE("multiply keeps a NaN, with and without a lower bound") {
    const std::vector<float> x{1.0f, not_a_number};
    const panelled_matrix w{2, 17, 1};
    for (const bool relu : {false, true}) {
        output y{32};
        for (std::size_t c = 0; c < 32; ++c) y.expect(c, static_cast<double>(not_a_number));
        kernels::multiply<arch>(1, 2, 17, x.data(), 2, w.data(), {.relu = relu}, y.data(), 32);
        CHECK(y.wrong() == "");
    }
}

TEST_CASE("multiply_weight_gradient is x^T dy, set or added, and leaves the padding zero") {
    unsigned variant = 0;
    for_each_size([&](std::size_t rows, std::size_t inner, std::size_t columns) {
        ++variant;
        const std::size_t x_stride = inner + variant % 4;
        const rows_of_floats x{rows, inner, x_stride, variant};
        const std::size_t y_stride = up_to_panels(columns);
        rows_of_floats dy{rows, y_stride, y_stride, variant + 1};
        for (std::size_t r = 0; r < rows; ++r)
            std::fill_n(dy.data() + r * y_stride + columns, y_stride - columns, 0.0f);
        const bool accumulate = variant % 2 == 0;
        const panelled_matrix before{inner, columns, variant + 2};
        output dw{inner * y_stride, variant % 16};
        for (std::size_t i = 0; i < inner; ++i)
            for (std::size_t c = 0; c < y_stride; ++c) {
                const std::size_t at = in_panels(inner, i, c);
                sum s;
                if (accumulate) {
                    dw.start(at, static_cast<float>(before(i, c)));
                    s.add(before(i, c));
                }
                for (std::size_t r = 0; r < rows; ++r) s.add(x(r, i), dy(r, c));
                if (c < columns)
                    dw.expect(at, s);
                else
                    dw.expect(at, 0.0);
            }
        kernels::multiply_weight_gradient<arch>(rows, inner, columns, x.data(), x_stride, dy.data(), y_stride,
                                                accumulate, dw.data());
        CHECK(dw.wrong() == "");
    });
}

TEST_CASE("a weight gradient of more rows than it sums at a time is the sum over all") {
    for (const std::size_t rows : {127u, 128u, 129u, 300u})
        for (const bool accumulate : {false, true}) {
            CAPTURE(rows);
            const std::size_t inner = 19;
            const std::size_t columns = 32;
            const rows_of_floats x{rows, inner, inner, 1};
            const rows_of_floats dy{rows, columns, columns, 2};
            output dw{inner * columns};
            for (std::size_t i = 0; i < inner; ++i)
                for (std::size_t c = 0; c < columns; ++c) {
                    const std::size_t at = in_panels(inner, i, c);
                    sum s;
                    if (accumulate) {
                        dw.start(at, 2.0f);
                        s.add(2.0);
                    }
                    for (std::size_t r = 0; r < rows; ++r) s.add(x(r, i), dy(r, c));
                    dw.expect(at, s);
                }
            kernels::multiply_weight_gradient<arch>(rows, inner, columns, x.data(), inner, dy.data(), columns,
                                                    accumulate, dw.data());
            CHECK(dw.wrong() == "");
        }
}

TEST_CASE("a weight gradient leaves 0 in its padding, not -0, which is cleared number by number") {
    for (const std::size_t rows : {1u, 2u, 13u}) {
        CAPTURE(rows);
        const std::vector<float> x(rows * 7, -1.0f);
        std::vector<float> y_gradient(rows * 16), w_gradient(7 * 16, 1.0f);
        for (std::size_t r = 0; r < rows; ++r) std::fill_n(y_gradient.data() + r * 16, 5, 0.5f);
        kernels::multiply_weight_gradient<arch>(rows, 7, 5, x.data(), 7, y_gradient.data(), 16, false,
                                                w_gradient.data());
        for (std::size_t i = 0; i < 7; ++i)
            for (std::size_t c = 5; c < 16; ++c)
                CHECK((w_gradient[i * 16 + c] == 0.0f && !std::signbit(w_gradient[i * 16 + c])));
    }
}

TEST_CASE("multiply_weight_gradient of no rows is zero, or what was there") {
    for (const bool accumulate : {false, true}) {
        output dw{5 * 16};
        for (std::size_t i = 0; i < dw.size(); ++i) {
            dw.start(i, 3.0f);
            dw.expect(i, accumulate ? 3.0 : 0.0);
        }
        kernels::multiply_weight_gradient<arch>(0, 5, 16, nullptr, 5, nullptr, 16, accumulate, dw.data());
        CHECK(dw.wrong() == "");
    }
}

TEST_CASE("multiply_input_gradient is dy w^T, behind a relu mask or not, within its scratch") {
    unsigned variant = 0;
    for_each_size([&](std::size_t rows, std::size_t inner, std::size_t columns) {
        ++variant;
        const std::size_t y_stride = columns + variant % 5;
        const rows_of_floats dy{rows, columns, y_stride, variant};
        const panelled_matrix w{inner, columns, variant + 1};
        const std::size_t x_stride = up_to_panels(inner) + variant % 4;
        const bool masked = variant % 2 == 0;
        output dx{(masked ? 2 : 1) * (rows * x_stride), variant % 16};
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t i = 0; i < inner; ++i) {
                sum s;
                for (std::size_t c = 0; c < columns; ++c) s.add(dy(r, c), w(i, c));
                dx.expect(r * x_stride + i, s);
            }
        if (kernels::transposes_weights(rows, inner, columns)) // whose columns after the last are zero
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t i = inner; i < up_to_panels(inner); ++i) dx.expect(r * x_stride + i, 0.0);
        output scratch{kernels::input_gradient_scratch(rows, inner, columns), 0};
        kernels::multiply_input_gradient<arch>(rows, inner, columns, dy.data(), y_stride, w.data(),
                                               masked ? dx.mask_distance(variant) : 0, dx.data(), x_stride,
                                               scratch.data());
        CHECK(dx.wrong() == "");
        CHECK(scratch.written_outside() == "");
    });
}

TEST_CASE("whole_panels rounds up to sixteens") {
    static_assert(kernels::whole_panels(0) == 0);
    static_assert(kernels::whole_panels(1) == 16);
    static_assert(kernels::whole_panels(16) == 16);
    static_assert(kernels::whole_panels(17) == 32);
}

} // namespace
