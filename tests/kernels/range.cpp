// The first float outside a range.

#include "strata/kernels/range.hpp"

#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

using strata::arch;
using strata::kernels::find_outside;

TEST_CASE("the first value below, above, NaN or infinite, wherever it is; both ends are within") {
    const float infinity = std::numeric_limits<float>::infinity();
    const float beyond = std::nextafter(1.0f, 2.0f);
    for (const std::size_t count : {1u, 2u, 15u, 16u, 17u, 100u}) {
        std::vector<float> x(count, 0.5f);
        x.front() = 0.0f;
        x.back() = 1.0f;
        CHECK(find_outside<arch>(count, x.data(), 0.0f, 1.0f) == count);
        x.back() = -0.0f;
        CHECK(find_outside<arch>(count, x.data(), 0.0f, 1.0f) == count);
        for (const float bad : {beyond, -1e-30f, 255.0f, infinity, -infinity, std::nanf(""), -std::nanf("")})
            for (std::size_t at = 0; at < count; ++at) {
                std::vector<float> with = x;
                with[at] = with.back() = bad;
                CHECK(find_outside<arch>(count, with.data(), 0.0f, 1.0f) == at);
                CHECK(find_outside<arch>(at, with.data(), 0.0f, 1.0f) == at);
            }
    }
    CHECK(find_outside<arch>(0, nullptr, 0.0f, 1.0f) == 0);
}

TEST_CASE("all finite floats lie between the lowest and the largest") {
    using limits = std::numeric_limits<float>;
    const std::vector<float> x{limits::lowest(), limits::max(), limits::denorm_min(), 0.0f,
                               limits::infinity()};
    CHECK(find_outside<arch>(x.size(), x.data(), limits::lowest(), limits::max()) == 4);
}
