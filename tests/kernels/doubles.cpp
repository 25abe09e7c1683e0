// Sums of floats in double.
#include "strata/kernels/doubles.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

TEST_CASE("floats become doubles, lane by lane") {
    const std::vector<float> x = random_floats(9, 1);
    // Wider vectors than the machine's would be passed in another way by code for other machines.
    constexpr std::size_t lanes = kernels::double_lanes<arch>;
    const kernels::doubles<lanes> several = kernels::load_doubles<lanes>(x.data() + 1);
    for (std::size_t i = 0; i < lanes; ++i) CHECK(several[i] == static_cast<double>(x[1 + i]));
    CHECK(kernels::load_doubles<1>(x.data() + 2) == static_cast<double>(x[2]));
}

TEST_CASE("sum_in_double adds every number once, and reads nothing beyond") {
    for (std::size_t count = 0; count < 100; ++count) {
        CAPTURE(count);
        const rows_of_floats x{1, count, count, static_cast<std::uint32_t>(count)};
        double expected = 0;
        for (std::size_t i = 0; i < count; ++i) expected += x(0, i);
        const double got = kernels::sum_in_double<arch>(count, [&]<std::size_t Lanes>(std::size_t i) {
            return kernels::load_doubles<Lanes>(x.data() + i);
        });
        CHECK(std::abs(got - expected) <= 1e-13);
    }
}

TEST_CASE("equal values add up to exactly their number times the value") {
    for (const float value : {0.7f, 10000.1f, -12345.678f, 3e38f, 1e-40f})
        for (const std::size_t count : sizes{1, 3, 7, 561, 5003}) {
            const std::vector<float> x(count, value);
            CHECK(kernels::sum_in_double<arch>(count, [&]<std::size_t Lanes>(std::size_t i) {
                      return kernels::load_doubles<Lanes>(x.data() + i);
                  }) == static_cast<double>(count) * static_cast<double>(value));
        }
}

} // namespace
