// The vector type: its sizes, its few operations, and what it says that it is.
#include "strata/kernels/simd.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;
constexpr std::size_t lanes = kernels::lanes<arch>;
using vec = kernels::vec<arch>;

std::vector<float> lanes_of(const vec& v) {
    std::vector<float> values(lanes);
    v.store_unaligned(values.data());
    return values;
}

TEST_CASE("backend names the instruction set in use and its lanes") {
    const strata::backend_info info = strata::backend();
    CHECK(info.lanes == lanes);
    CHECK(info.architecture == arch::name());
    CHECK_FALSE(info.architecture.empty());
#if defined(STRATA_PORTABLE)
    CHECK(info.architecture == "portable");
    CHECK(info.lanes == 4);
#elif defined(__AVX512F__)
    CHECK(info.lanes == 16);
#elif defined(__AVX__)
    CHECK(info.lanes == 8);
#elif defined(__SSE2__) || defined(__aarch64__)
    CHECK(info.lanes == 4);
#endif
}

TEST_CASE("a panel is 64 bytes and whole vectors") {
    static_assert(kernels::panel * sizeof(float) == 64);
    static_assert(kernels::panel_vectors<arch> * lanes == kernels::panel);
    static_assert(kernels::registers<arch> == 16 || kernels::registers<arch> == 32);
}

TEST_CASE("load reads so many lanes from any address") {
    const std::vector<float> x = random_floats(lanes + 3, 1); // nothing lies behind
    for (std::size_t at = 0; at <= 3; ++at)
        CHECK(lanes_of(kernels::load<arch>(x.data() + at)) ==
              std::vector<float>(x.begin() + std::ptrdiff_t(at), x.begin() + std::ptrdiff_t(at + lanes)));
    alignas(64) float y[lanes];
    std::copy_n(x.data(), lanes, y);
    CHECK(lanes_of(kernels::load_aligned<arch>(y)) == std::vector<float>(y, y + lanes));
}

TEST_CASE("multiply_add is a b + c in every lane, fused where the instruction set is") {
    const std::vector<float> a = random_floats(lanes, 1);
    const std::vector<float> b = random_floats(lanes, 2);
    const std::vector<float> c = random_floats(lanes, 3);
    const std::vector<float> got = lanes_of(kernels::multiply_add<arch>(
        kernels::load<arch>(a.data()), kernels::load<arch>(b.data()), kernels::load<arch>(c.data())));
    for (std::size_t i = 0; i < lanes; ++i) {
        sum s;
        s.add(static_cast<double>(c[i]));
        s.add(static_cast<double>(a[i]), static_cast<double>(b[i]));
        CHECK(std::abs(static_cast<double>(got[i]) - s.value()) <= s.tolerance());
    }
    // (1 + e)(1 - e) - 1 is -e^2, which rounding the product would lose.
    const std::vector<float> rest =
        lanes_of(kernels::multiply_add<arch>(vec(1.0f + 0x1p-23f), vec(1.0f - 0x1p-23f), vec(-1.0f)));
#if (defined(__FMA__) || defined(__aarch64__)) && !defined(STRATA_PORTABLE)
    const float expected = -0x1p-46f;
#else
    const float expected = 0.0f;
#endif
    CHECK(rest == std::vector<float>(lanes, expected));
}

TEST_CASE("sum_of_lanes counts every lane once") {
    for (std::size_t i = 0; i < lanes; ++i) {
        std::vector<float> one(lanes);
        one[i] = 1.0f;
        CHECK(kernels::sum_of_lanes<arch>(kernels::load<arch>(one.data())) == 1.0f);
    }
    std::vector<float> powers(lanes);
    for (std::size_t i = 0; i < lanes; ++i) powers[i] = static_cast<float>(std::size_t{1} << i);
    CHECK(kernels::sum_of_lanes<arch>(kernels::load<arch>(powers.data())) ==
          static_cast<float>((std::size_t{1} << lanes) - 1));
}

TEST_CASE("unroll calls in order, with constants, and not at all for none") {
    std::vector<std::size_t> seen;
    kernels::unroll<5>([&](auto i) {
        static_assert(std::is_same_v<typename decltype(i)::value_type, std::size_t>);
        constexpr std::size_t at = i;
        seen.push_back(at);
    });
    CHECK(seen == std::vector<std::size_t>{0, 1, 2, 3, 4});
    kernels::unroll<0>([](auto) { FAIL("called"); });
}

} // namespace
