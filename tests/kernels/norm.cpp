// Norms of floats of every size.
#include "strata/kernels/norm.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("the sum of squares is that of doubles, for tiny and huge numbers") {
    for (const float size : {1.0f, 1e-30f, 1e-44f, 1e19f, 3e38f})
        for (const std::size_t count : sizes{0, 1, 3, 16, 17, 64, 1001}) {
            std::vector<float> x = random_floats(count, static_cast<std::uint32_t>(count));
            double expected = 0;
            for (float& value : x) {
                value *= size;
                expected += static_cast<double>(value) * static_cast<double>(value);
            }
            const double got = kernels::sum_of_squares<arch>(count, x.data());
            CHECK(std::abs(got - expected) <= 1e-12 * expected);
        }
}

TEST_CASE("scale_in_double takes factors that no float holds") {
    std::vector<float> x(33, 3e38f);
    kernels::scale_in_double<arch>(32, x.data(), 1e-45);
    for (std::size_t i = 0; i < 32; ++i) CHECK(x[i] == doctest::Approx(3e-7));
    CHECK(x[32] == 3e38f);
}

} // namespace
