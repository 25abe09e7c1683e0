// Sums of penalties and the gradients that they add, against plain loops, at widths around a vector and a
// line.
#include "strata/kernels/penalty.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

template <class Function, class Value, class Slope>
void check(const Value& value, const Slope& slope) {
    for (const std::size_t width : {1u, 7u, 8u, 9u, 16u, 17u, 33u}) {
        CAPTURE(width);
        std::vector<float> x = random_floats(width, 1);
        x[0] = 0.0f;
        std::vector<float> gradient(width + 1, 0.5f);
        const double got = kernels::penalize<arch, Function>(width, x.data(), gradient.data(), 3.0f);
        CHECK(got == kernels::penalize<arch, Function>(width, x.data(), nullptr, 3.0f));
        double sum = 0;
        for (std::size_t i = 0; i < width; ++i) {
            sum += value(static_cast<double>(x[i]));
            CHECK(static_cast<double>(gradient[i]) ==
                  doctest::Approx(0.5 + 3 * slope(static_cast<double>(x[i]))).epsilon(1e-5));
        }
        CHECK(got == doctest::Approx(sum).epsilon(1e-5));
        CHECK(gradient.back() == 0.5f);
        x[width - 1] = std::numeric_limits<float>::quiet_NaN();
        CHECK(std::isnan(kernels::penalize<arch, Function>(width, x.data(), nullptr, 1.0f)));
    }
}

TEST_CASE("the sum of absolute values, of squares, and of (e^x - 1 - x) / 2") {
    check<kernels::absolute_function>([](double x) { return std::abs(x); },
                                      [](double x) { return x > 0   ? 1.0
                                                            : x < 0 ? -1.0
                                                                    : 0.0; });
    check<kernels::square_function>([](double x) { return x * x; }, [](double x) { return 2 * x; });
    check<kernels::divergence_function>([](double x) { return 0.5 * (std::expm1(x) - x); },
                                        [](double x) { return 0.5 * std::expm1(x); });
}

} // namespace
