// Making vectors orthonormal.
#include "strata/kernels/orthonormalize.hpp"
#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace strata;

double dot(std::size_t length, const double* x, const double* y) {
    double sum = 0;
    for (std::size_t i = 0; i < length; ++i) sum += x[i] * y[i];
    return sum;
}

void check(std::size_t count, std::size_t length, std::vector<double> vectors) {
    const std::vector<double> before = vectors;
    kernels::orthonormalize<arch>(count, length, vectors.data());
    double worst = 0;
    for (std::size_t a = 0; a < count; ++a) {
        const double* v = vectors.data() + a * length;
        for (std::size_t b = 0; b <= a; ++b)
            worst = std::max(worst, std::abs(dot(length, v, vectors.data() + b * length) - (a == b)));
        CHECK(dot(length, v, before.data() + a * length) > 0); // none is turned round
    }
    CHECK(worst < 1e-14 * static_cast<double>(length));
}

TEST_CASE("vectors of all lengths around a vector's become orthonormal and keep their side") {
    const std::size_t lengths[]{1, 2, 7, 15, 16, 17, 31, 32, 33, 100};
    for (const std::size_t length : lengths) {
        for (const std::size_t count : {std::size_t{1}, (length + 1) / 2, length}) {
            CAPTURE(length);
            CAPTURE(count);
            std::vector<double> vectors(count * length);
            for (std::size_t i = 0; i < vectors.size(); ++i)
                vectors[i] =
                    std::sin(static_cast<double>(i * i + 3 * i + 1)) + (i % (length + 1) == 0 ? 2 : 0);
            check(count, length, vectors);
        }
    }
}

TEST_CASE("vectors that are nearly the same become orthonormal to the last digits, too") {
    constexpr std::size_t length = 40;
    std::vector<double> vectors(length * length);
    for (std::size_t i = 0; i < length; ++i)
        for (std::size_t j = 0; j < length; ++j) vectors[i * length + j] = 1 + (i == j ? 1e-7 : 0);
    check(length, length, vectors);
}

} // namespace
