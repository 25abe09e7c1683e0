// The largest of some floats against std::max_element, and NaNs, zeros and infinities.
#include "strata/kernels/argmax.hpp"
#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

namespace {

using strata::arch;
using strata::kernels::find_largest;

TEST_CASE("find_largest: the first of the largest, and how many there are, at every count") {
    std::mt19937 random{1};
    std::uniform_int_distribution<int> few{-3, 3}; // so that some are equal
    for (std::size_t count = 1; count <= 70; ++count)
        for (int draw = 0; draw < 10; ++draw) {
            CAPTURE(count);
            std::vector<float> x(count);
            for (float& value : x) value = 0.5f * static_cast<float>(few(random));
            const auto largest = std::ranges::max_element(x);
            const auto found = find_largest<arch>(count, x.data());
            CHECK(found.index == static_cast<std::size_t>(largest - x.begin()));
            CHECK(found.count == static_cast<std::size_t>(std::ranges::count(x, *largest)));
        }
}

TEST_CASE("find_largest: a NaN of either sign anywhere is none") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const float bad : {nan, -nan})
        for (std::size_t place = 0; place < 20; ++place) {
            std::vector<float> x(20, 3.0f);
            x[place] = bad;
            CHECK(find_largest<arch>(20, x.data()).count == 0);
            CHECK(find_largest<arch>(20, x.data()).index == place);
        }
}

TEST_CASE("find_largest: zeros of both signs are equal, infinities are numbers") {
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> zeros{-0.0f, 0.0f, -1.0f, -0.0f};
    CHECK(find_largest<arch>(4, zeros.data()).index == 0);
    CHECK(find_largest<arch>(4, zeros.data()).count == 3);
    const std::vector<float> wide{-infinity, 1.0f, infinity, std::numeric_limits<float>::max()};
    CHECK(find_largest<arch>(4, wide.data()).index == 2);
    const std::vector<float> low{-infinity, -infinity};
    CHECK(find_largest<arch>(2, low.data()).index == 0);
    CHECK(find_largest<arch>(2, low.data()).count == 2);
}

} // namespace
