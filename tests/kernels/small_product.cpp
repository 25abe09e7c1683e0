// Products of small layers, whose sizes the compiler knows: the bits of the general ones (tests/kernels/gemm.cpp), and nothing
// written beside.
#include "strata/kernels/small_product.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace reference;
using strata::arch, strata::real_of;
namespace kernels = strata::kernels;

static_assert(kernels::has_small_products);
static_assert(kernels::is_small_product(64, 64) && !kernels::is_small_product(65, 64) &&
              !kernels::is_small_product(64, 65));

/// Numbers from -1 to 1, a different one each time, some of them 0.
template <class Real>
std::vector<Real> numbers(std::size_t count, unsigned start) {
    std::vector<Real> values(count);
    unsigned state = start * 2654435761u + 12345u;
    for (Real& value : values) {
        state = state * 1664525u + 1013904223u;
        value = state % 11 == 0 ? Real(0) : Real(static_cast<int>(state >> 8)) / Real(1 << 23) - Real(1);
    }
    return values;
}

/// Rows of whole panels, zeros after the last column, and more behind the last row, which nothing may change.
template <class Real>
struct matrix {
    static constexpr std::size_t behind = 37;
    std::size_t rows, stride;
    std::vector<Real> values;

    matrix(std::size_t of_rows, std::size_t columns, unsigned start)
        : rows{of_rows},
          stride{kernels::whole_panels(columns)},
          values{numbers<Real>(of_rows * stride + behind, start)} {
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = columns; c < stride; ++c) values[r * stride + c] = 0;
    }
    Real* data() { return values.data(); }
    bool operator==(const matrix& other) const {
        return std::memcmp(values.data(), other.values.data(), values.size() * sizeof(Real)) == 0;
    }
};

/// Weights in panels.
template <class Real>
std::vector<Real> weights(std::size_t depth, std::size_t columns, unsigned start) {
    std::vector<Real> w = numbers<Real>(depth * kernels::whole_panels(columns), start);
    for (std::size_t i = 0; i < depth; ++i)
        for (std::size_t c = columns; c < kernels::whole_panels(columns); ++c)
            w[c / kernels::panel * depth * kernels::panel + i * kernels::panel + c % kernels::panel] = 0;
    return w;
}

constexpr std::size_t some_rows[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 23, 32, 33, 129, 257};

template <class Arch, std::size_t Depth, std::size_t Columns>
void check_size() {
    using real = real_of<Arch>;
    CAPTURE(Depth);
    CAPTURE(Columns);
    const std::vector<real> w = weights<real>(Depth, Columns, 1);
    const std::vector<real> bias = weights<real>(1, Columns, 2);
    for (const std::size_t rows : some_rows) {
        CAPTURE(rows);
        matrix<real> x{rows, Depth, 3};
        for (const bool relu : {false, true}) {
            matrix<real> y{rows, Columns, 4};
            matrix<real> wanted = y;
            kernels::multiply_sized<Arch, Depth, Columns>(rows, x.data(), x.stride, w.data(), bias.data(),
                                                          relu, y.data(), y.stride);
            kernels::multiply<Arch>(rows, Depth, Columns, x.data(), x.stride, w.data(),
                                    {.bias = bias.data(), .relu = relu}, wanted.data(), wanted.stride);
            CHECK(y == wanted);
        }
        matrix<real> y_gradient{rows, Columns, 5};
        for (const bool accumulate : {false, true}) {
            std::vector<real> gradient = numbers<real>(w.size() + 37, 6);
            std::vector<real> wanted = gradient;
            kernels::multiply_sized_weight_gradient<Arch, Depth, Columns>(
                rows, x.data(), x.stride, y_gradient.data(), y_gradient.stride, accumulate, gradient.data());
            kernels::multiply_weight_gradient<Arch>(rows, Depth, Columns, x.data(), x.stride,
                                                    y_gradient.data(), y_gradient.stride, accumulate,
                                                    wanted.data());
            CHECK(std::memcmp(gradient.data(), wanted.data(), wanted.size() * sizeof(real)) == 0);
        }
        // A relu's outputs in the same block, as in a workspace.
        for (const bool masked : {false, true}) {
            matrix<real> x_gradient{2 * rows, Depth, 7};
            matrix<real> wanted = x_gradient;
            const auto mask = masked ? std::ptrdiff_t(rows * x_gradient.stride) : 0;
            std::vector<real> scratch(kernels::input_gradient_scratch(rows, Depth, Columns));
            kernels::multiply_sized_input_gradient<Arch, Depth, Columns>(
                rows, y_gradient.data(), y_gradient.stride, w.data(), mask, x_gradient.data(),
                x_gradient.stride, scratch.data());
            kernels::multiply_input_gradient<Arch>(rows, Depth, Columns, y_gradient.data(), y_gradient.stride,
                                                   w.data(), mask, wanted.data(), wanted.stride,
                                                   scratch.data());
            CHECK(x_gradient == wanted);
        }
    }
}

} // namespace

TEST_CASE("products of small layers have the bits of the general ones") {
    check_size<arch, 1, 1>();
    check_size<arch, 4, 32>();
    check_size<arch, 5, 64>();
    check_size<arch, 16, 16>();
    check_size<arch, 17, 5>();
    check_size<arch, 31, 48>();
    check_size<arch, 64, 10>();
    check_size<arch, 64, 64>();
}

TEST_CASE("and of doubles") {
    using doubles = strata::machine_of<arch, double>;
    check_size<doubles, 4, 32>();
    check_size<doubles, 17, 5>();
    check_size<doubles, 33, 64>();
}

TEST_CASE("rows that are not whole panels apart take the general products") {
    const std::vector<float> w = weights<float>(5, 20, 1);
    const std::vector<float> bias = weights<float>(1, 20, 2);
    const std::vector<float> x = numbers<float>(9 * 7, 3);
    std::vector<float> y(9 * 40), wanted(9 * 40), gradient(w.size()), wanted_gradient(w.size());
    kernels::multiply_sized<arch, 5, 20>(9, x.data(), 7, w.data(), bias.data(), true, y.data(), 40);
    kernels::multiply<arch>(9, 5, 20, x.data(), 7, w.data(), {.bias = bias.data(), .relu = true},
                            wanted.data(), 40);
    CHECK(y == wanted);
    kernels::multiply_sized_weight_gradient<arch, 5, 20>(9, x.data(), 7, y.data(), 40, false,
                                                         gradient.data());
    kernels::multiply_weight_gradient<arch>(9, 5, 20, x.data(), 7, y.data(), 40, false,
                                            wanted_gradient.data());
    CHECK(gradient == wanted_gradient);
}

TEST_CASE("a NaN stays one, with and without a relu") {
    std::vector<float> x(2 * 16, 1.0f), y(2 * 16);
    x[16 + 3] = not_a_number;
    const std::vector<float> w = weights<float>(5, 16, 1);
    const std::vector<float> bias(16);
    for (const bool relu : {false, true}) {
        kernels::multiply_sized<arch, 5, 16>(2, x.data(), 16, w.data(), bias.data(), relu, y.data(), 16);
        for (std::size_t c = 0; c < 16; ++c) CHECK((y[c] == y[c] && y[16 + c] != y[16 + c]));
    }
}
