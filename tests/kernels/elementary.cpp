// Elementary functions of vectors: within 2 units of the last place over all floats, sampled, and special
// values.
#include "strata/kernels/elementary.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;
using vec = kernels::vec<arch>;
constexpr std::size_t lanes = kernels::lanes<arch>;

struct exponential {
    static vec value(const vec& x) { return kernels::exponential(x); }
    static double exact(double x) { return std::exp(x); }
};
struct logistic {
    static vec value(const vec& x) { return kernels::logistic(x); }
    static double exact(double x) { return 1.0 / (1.0 + std::exp(-x)); }
};
struct hyperbolic_tangent {
    static vec value(const vec& x) { return kernels::hyperbolic_tangent(x); }
    static double exact(double x) { return std::tanh(x); }
};

template <class Function>
float of(float x) {
    alignas(64) float y[lanes];
    Function::value(vec(x)).store_aligned(y);
    return y[lanes - 1];
}

/// The largest distance from the exact value, in units of the last place of a float of its size, over every
/// 1009th float there is (as bits) that is finite, and those around zero and one.
template <class Function>
struct distance {
    double ulps = 0;
    float x = 0;
    std::size_t compared = 0;

    distance() {
        std::vector<float> some;
        const auto add = [&](std::uint32_t bits) {
            const auto number = std::bit_cast<float>(bits);
            if (std::isfinite(number)) some.push_back(number);
        };
        for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 1009)
            add(static_cast<std::uint32_t>(bits));
        for (const std::uint32_t centre : {0x00000000u, 0x00800000u, 0x3f800000u, 0x7f7fff00u})
            for (std::uint32_t i = 0; i < 256; ++i)
                for (const std::uint32_t sign : {0u, 0x80000000u})
                    add((centre + i - (centre == 0x3f800000u ? 128 : 0)) | sign);
        some.resize(some.size() / lanes * lanes);
        std::vector<float> y(lanes);
        for (std::size_t i = 0; i < some.size(); i += lanes) {
            Function::value(vec::load_unaligned(&some[i])).store_unaligned(y.data());
            for (std::size_t lane = 0; lane < lanes; ++lane) compare(some[i + lane], y[lane]);
        }
    }

    void compare(float at, float value) {
        ++compared;
        const double want = Function::exact(static_cast<double>(at));
        // Beyond the largest float, infinity is right.
        if (std::isinf(static_cast<float>(want)) && value == static_cast<float>(want)) return;
        const double unit = std::ldexp(1.0, std::max(want == 0 ? -126 : std::ilogb(want), -126) - 23);
        const double off = std::abs(static_cast<double>(value) - want) / unit;
        if (!(off <= ulps)) {
            ulps = std::isnan(off) ? infinity : off;
            x = at;
        }
    }
};

template <class Function>
void is_within_two_ulps() {
    const distance<Function> worst;
    CAPTURE(worst.x);
    CHECK(worst.compared > 4'000'000);
    CHECK(worst.ulps <= 2.0);
    CHECK(worst.ulps > 0.4); // no vector function rounds all right; else nothing was compared
}

TEST_CASE("exponential is within 2 units of the last place") { is_within_two_ulps<exponential>(); }
TEST_CASE("logistic is within 2 units of the last place") { is_within_two_ulps<logistic>(); }
TEST_CASE("hyperbolic_tangent is within 2 units of the last place") {
    is_within_two_ulps<hyperbolic_tangent>();
}

TEST_CASE("special values") {
    CHECK(of<exponential>(0.0f) == 1.0f);
    CHECK(of<exponential>(-0.0f) == 1.0f);
    CHECK(of<exponential>(infinity) == infinity);
    CHECK(of<exponential>(-infinity) == 0.0f);
    CHECK(of<exponential>(88.72f) < infinity);
    CHECK(of<exponential>(88.73f) == infinity);
    CHECK(of<exponential>(-103.9f) == 0x1p-149f);
    CHECK(of<exponential>(-104.1f) == 0.0f);
    CHECK(std::isnan(of<exponential>(not_a_number)));
    CHECK(of<logistic>(0.0f) == 0.5f);
    CHECK(of<logistic>(infinity) == 1.0f);
    CHECK(of<logistic>(-infinity) == 0.0f);
    CHECK(std::isnan(of<logistic>(not_a_number)));
    CHECK(of<hyperbolic_tangent>(infinity) == 1.0f);
    CHECK(of<hyperbolic_tangent>(-infinity) == -1.0f);
    CHECK(std::signbit(of<hyperbolic_tangent>(-0.0f)));
    CHECK(std::isnan(of<hyperbolic_tangent>(not_a_number)));
}

} // namespace
