#include "strata/kernels/finite.hpp"

#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

using strata::kernels::all_below_two;
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

TEST_CASE_TEMPLATE("one NaN or infinity at any place is found, and none beyond the last", Real, float,
                   double) {
    using limits = std::numeric_limits<Real>;
    using on = strata::machine_of<strata::arch, Real>;
    for (std::size_t count = 0; count <= 200; ++count) {
        std::vector<Real> x(count + 2);
        x[0] = x[count + 1] = limits::quiet_NaN();
        // The last number of all that are finite, and others: none is taken for one that is not. And numbers below 2 alone,
        // the last of which is next to it.
        for (const std::vector<Real>& finite :
             {std::vector<Real>{1, -limits::max(), limits::max(), limits::denorm_min(), Real(-0.0)},
              std::vector<Real>{0, -1, std::nextafter(Real(2), Real(1)), limits::min(), Real(-1.5)}}) {
            for (std::size_t i = 0; i < count; ++i) x[i + 1] = finite[i % 5];
            CHECK(all_finite<on>(count, x.data() + 1));
            const Real bad[] = {limits::quiet_NaN(), -limits::quiet_NaN(), limits::infinity(),
                                -limits::infinity()};
            bool found = true;
            for (std::size_t i = 0; i < count; ++i) {
                x[i + 1] = bad[i % 4];
                found = found && !all_finite<on>(count, x.data() + 1);
                x[i + 1] = 2;
                found = found && all_finite<on>(count, x.data() + 1);
                x[i + 1] = finite[i % 5];
            }
            CHECK(found);
        }
    }
}

TEST_CASE_TEMPLATE("one number of 2 or more at any place is found, and none beyond the last", Real, float,
                   double) {
    using limits = std::numeric_limits<Real>;
    using on = strata::machine_of<strata::arch, Real>;
    const Real less = std::nextafter(Real(2), Real(1));
    for (std::size_t count = 0; count <= 200; ++count) {
        std::vector<Real> x(count + 2);
        for (std::size_t i = 0; i < count; ++i) x[i + 1] = i % 2 == 0 ? less : -less;
        x[0] = x[count + 1] = 2;
        CHECK(all_below_two<on>(count, x.data() + 1));
        bool found = true;
        for (std::size_t i = 0; i < count; ++i)
            for (const Real bad :
                 {Real(2), Real(-2), limits::max(), limits::infinity(), limits::quiet_NaN()}) {
                const Real was = x[i + 1];
                x[i + 1] = bad;
                found = found && !all_below_two<on>(count, x.data() + 1);
                x[i + 1] = was;
            }
        CHECK(found);
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
