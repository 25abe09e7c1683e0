#include "strata/kernels/finite.hpp"

#include "strata/kernels/simd.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

using strata::kernels::all_finite;
using strata::kernels::is_finite;

TEST_CASE("a float is finite unless all bits of its exponent are set") {
    CHECK(is_finite<strata::arch>(0.0f));
    CHECK(is_finite<strata::arch>(-std::numeric_limits<float>::max()));
    CHECK(is_finite<strata::arch>(std::numeric_limits<float>::denorm_min()));
    for (const std::uint32_t sign : {0u, 0x80000000u})
        for (const std::uint32_t fraction : {0u, 1u, 0x400000u, 0x7fffffu})
            CHECK_FALSE(is_finite<strata::arch>(std::bit_cast<float>(sign | 0x7f800000u | fraction)));
}

TEST_CASE("one NaN or infinity at any place is found, and none beyond the last") {
    for (std::size_t count = 0; count <= 70; ++count) {
        std::vector<float> x(count + 1, 1.0f);
        x[count] = std::numeric_limits<float>::quiet_NaN();
        CHECK(all_finite<strata::arch>(count, x.data()));
        for (std::size_t i = 0; i < count; ++i) {
            x[i] = i % 2 == 0 ? std::numeric_limits<float>::quiet_NaN()
                              : -std::numeric_limits<float>::infinity();
            CHECK_FALSE(all_finite<strata::arch>(count, x.data()));
            x[i] = 1.0f;
        }
    }
}

TEST_CASE("a double is finite beyond the floats as well") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(is_finite<strata::arch>(-0.0));
    CHECK(is_finite<strata::arch>(-std::numeric_limits<double>::max()));
    CHECK(is_finite<strata::arch>(std::numeric_limits<double>::denorm_min()));
    CHECK_FALSE(is_finite<strata::arch>(infinity));
    CHECK_FALSE(is_finite<strata::arch>(-infinity));
    CHECK_FALSE(is_finite<strata::arch>(std::numeric_limits<double>::quiet_NaN()));
    CHECK_FALSE(is_finite<strata::arch>(std::bit_cast<double>(std::uint64_t{0xfff0000000000001})));
}

TEST_CASE("a NaN has a fraction beside infinity's exponent") {
    using strata::kernels::is_nan;
    for (const float x : {0.0f, -1.0f, std::numeric_limits<float>::max(),
                          std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()})
        CHECK_FALSE(is_nan<strata::arch>(x));
    for (const std::uint32_t sign : {0u, 0x80000000u})
        for (const std::uint32_t fraction : {1u, 0x400000u, 0x7fffffu})
            CHECK(is_nan<strata::arch>(std::bit_cast<float>(sign | 0x7f800000u | fraction)));
}
