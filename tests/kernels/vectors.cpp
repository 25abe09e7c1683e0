// The vector types, this unit's and the portable one: sizes, operations, and what they say that they are.
#include "strata/kernels/vectors.hpp"
#include "strata/kernels/elementary.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
using portable = strata::machine<strata::portable>;
namespace kernels = strata::kernels;

template <class V>
std::vector<float> lanes_of(const V& v) {
    std::vector<float> values(V::size);
    v.store_unaligned(values.data());
    return values;
}

TEST_CASE("backend names the instruction set in use and its lanes") {
    const strata::backend_info info = strata::backend();
    CHECK(info.lanes == kernels::lanes<arch>);
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
    CHECK(strata::backend<portable>().architecture == "portable");
    CHECK(strata::backend<portable>().lanes == 4);
}

TEST_CASE_TEMPLATE("a panel is 64 bytes and whole vectors", Arch, arch, portable) {
    static_assert(kernels::panel * sizeof(float) == 64);
    static_assert(kernels::panel_vectors<Arch> * kernels::lanes<Arch> == kernels::panel);
    static_assert(kernels::registers<Arch> == 16 || kernels::registers<Arch> == 32);
}

TEST_CASE_TEMPLATE("load reads so many lanes from any address", Arch, arch, portable) {
    constexpr std::size_t lanes = kernels::lanes<Arch>;
    const std::vector<float> x = random_floats(lanes + 3, 1); // nothing lies behind
    for (std::size_t at = 0; at <= 3; ++at)
        CHECK(lanes_of(kernels::load<Arch>(x.data() + at)) ==
              std::vector<float>(x.begin() + std::ptrdiff_t(at), x.begin() + std::ptrdiff_t(at + lanes)));
    alignas(64) float y[lanes];
    std::copy_n(x.data(), lanes, y);
    CHECK(lanes_of(kernels::load_aligned<Arch>(y)) == std::vector<float>(y, y + lanes));
}

TEST_CASE_TEMPLATE("stores write every lane", Arch, arch, portable) {
    constexpr std::size_t lanes = kernels::lanes<Arch>;
    const std::vector<float> x = random_floats(lanes, 1);
    alignas(64) float y[lanes + 2]{};
    kernels::load<Arch>(x.data()).store_aligned(y);
    CHECK(std::vector<float>(y, y + lanes) == x);
    kernels::load<Arch>(x.data()).store_unaligned(y + 1);
    CHECK(std::vector<float>(y + 1, y + 1 + lanes) == x);
    CHECK(y[0] == x[0]);
    CHECK(y[lanes + 1] == 0.0f);
}

TEST_CASE_TEMPLATE("multiply_add is a b + c in every lane, fused where the instruction set is", Arch, arch,
                   portable) {
    using vec = kernels::vec<Arch>;
    constexpr std::size_t lanes = kernels::lanes<Arch>;
    const std::vector<float> a = random_floats(lanes, 1);
    const std::vector<float> b = random_floats(lanes, 2);
    const std::vector<float> c = random_floats(lanes, 3);
    const std::vector<float> got = lanes_of(kernels::multiply_add<Arch>(
        kernels::load<Arch>(a.data()), kernels::load<Arch>(b.data()), kernels::load<Arch>(c.data())));
    for (std::size_t i = 0; i < lanes; ++i) {
        sum s;
        s.add(static_cast<double>(c[i]));
        s.add(static_cast<double>(a[i]), static_cast<double>(b[i]));
        CHECK(std::abs(static_cast<double>(got[i]) - s.value()) <= s.tolerance());
    }
    // (1 + e)(1 - e) - 1 is -e^2, which rounding the product would lose.
    const std::vector<float> rest =
        lanes_of(kernels::multiply_add<Arch>(vec(1.0f + 0x1p-23f), vec(1.0f - 0x1p-23f), vec(-1.0f)));
    const std::vector<float> fused(lanes, -0x1p-46f);
    const std::vector<float> rounded(lanes, 0.0f);
    if (std::is_same_v<Arch, portable>) { // the compiler decides
        CHECK((rest == fused || rest == rounded));
        return;
    }
#if defined(__FMA__) || defined(__aarch64__)
    CHECK(rest == fused);
#else
    CHECK(rest == rounded);
#endif
}

TEST_CASE_TEMPLATE("sum_of_lanes counts every lane once", Arch, arch, portable) {
    constexpr std::size_t lanes = kernels::lanes<Arch>;
    for (std::size_t i = 0; i < lanes; ++i) {
        std::vector<float> one(lanes);
        one[i] = 1.0f;
        CHECK(kernels::sum_of_lanes<Arch>(kernels::load<Arch>(one.data())) == 1.0f);
    }
    std::vector<float> powers(lanes);
    for (std::size_t i = 0; i < lanes; ++i) powers[i] = static_cast<float>(std::size_t{1} << i);
    CHECK(kernels::sum_of_lanes<Arch>(kernels::load<Arch>(powers.data())) ==
          static_cast<float>((std::size_t{1} << lanes) - 1));
}

TEST_CASE_TEMPLATE("a NaN in the second operand of max and min stays", Arch, arch, portable) {
    using vec = kernels::vec<Arch>;
    using kernels::max, kernels::min; // as kernels find them
    for (const float x : {0.0f, -1.5f, infinity, -infinity, not_a_number}) {
        CHECK(std::isnan(lanes_of(max(vec(x), vec(not_a_number)))[0]));
        CHECK(std::isnan(lanes_of(min(vec(x), vec(not_a_number)))[0]));
    }
}

TEST_CASE_TEMPLATE("quotients and square roots are rounded once", Arch, arch, portable) {
    using kernels::divide, kernels::sqrt;
    constexpr std::size_t lanes = kernels::lanes<Arch>;
    std::vector<float> a = random_floats(64 * lanes, 1);
    std::vector<float> b = random_floats(64 * lanes, 2);
    for (std::size_t i = 0; i < a.size(); ++i) { // sizes of all kinds
        a[i] = std::ldexp(a[i], static_cast<int>(i % 97) - 48);
        b[i] = std::ldexp(std::abs(b[i]), static_cast<int>(i % 89) - 44);
    }
    for (std::size_t i = 0; i < lanes; ++i) {
        b[i] = i % 2 == 0 ? infinity : 1.0f;
        b[lanes + i] = i % 2 == 0 ? 0.0f : 0x1p-126f;
    }
    for (std::size_t i = 0; i < a.size(); i += lanes) {
        const auto dividend = kernels::load<Arch>(a.data() + i);
        const auto x = kernels::load<Arch>(b.data() + i);
        const std::vector<float> quotients = lanes_of(divide(dividend, x));
        const std::vector<float> roots = lanes_of(sqrt(x));
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            CAPTURE(a[i + lane]);
            CAPTURE(b[i + lane]);
            CHECK(quotients[lane] == a[i + lane] / b[i + lane]);
            CHECK(roots[lane] == std::sqrt(b[i + lane]));
        }
    }
}

TEST_CASE_TEMPLATE("nearbyint rounds halves to even", Arch, arch, portable) {
    using vec = kernels::vec<Arch>;
    const auto rounded = [](float x) { return lanes_of(nearbyint(vec(x)))[0]; };
    CHECK(rounded(0.5f) == 0.0f);
    CHECK(rounded(1.5f) == 2.0f);
    CHECK(rounded(2.5f) == 2.0f);
    CHECK(rounded(-1.5f) == -2.0f);
    CHECK(rounded(-2.5f) == -2.0f);
    CHECK(rounded(0.49999997f) == 0.0f);
    CHECK(rounded(-149.75f) == -150.0f);
    CHECK(rounded(0x1p22f + 0.5f) == 0x1p22f);
    CHECK(rounded(0x1p23f + 1.0f) == 0x1p23f + 1.0f);
    CHECK(rounded(infinity) == infinity);
    CHECK(std::isnan(rounded(not_a_number)));
}

// What follows holds portable vectors to the language's own arithmetic, lane by lane and bit by bit.

using floats = kernels::portable_vector<float>;
using integers = kernels::portable_integers;

const std::vector<float> numbers = {0.0f,  -0.0f,     1.0f,    -1.0f,    0.3f,      -2.7f,
                                    88.5f, 0x1p-149f, 0x1p31f, infinity, -infinity, not_a_number};

bool same(float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
           (std::isnan(a) && std::isnan(b));
}

/// Four numbers that are not one: a lane in the place of another shows.
floats four(std::size_t at) {
    float x[4];
    for (std::size_t lane = 0; lane < 4; ++lane) x[lane] = numbers[(at + lane) % numbers.size()];
    return floats::load_unaligned(x);
}

/// f of vectors is g of numbers, over all pairs of `numbers`.
template <class OfVectors, class OfNumbers>
void agree(const OfVectors& f, const OfNumbers& g) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
        for (std::size_t j = 0; j < numbers.size(); ++j) {
            const std::vector<float> a = lanes_of(four(i));
            const std::vector<float> b = lanes_of(four(j));
            const std::vector<float> got = lanes_of(f(four(i), four(j)));
            for (std::size_t lane = 0; lane < 4; ++lane) {
                CAPTURE(a[lane]);
                CAPTURE(b[lane]);
                CAPTURE(got[lane]);
                CHECK(same(got[lane], g(a[lane], b[lane])));
            }
        }
}

TEST_CASE("portable arithmetic") {
    agree([](floats a, floats b) { return a + b; }, [](float a, float b) { return a + b; });
    agree([](floats a, floats b) { return a - b; }, [](float a, float b) { return a - b; });
    agree([](floats a, floats b) { return a * b; }, [](float a, float b) { return a * b; });
    agree([](floats a, floats b) { return a / b; }, [](float a, float b) { return a / b; });
    agree([](floats a, floats b) { return a += b; }, [](float a, float b) { return a + b; });
    agree([](floats a, floats) { return -a; }, [](float a, float) { return -a; });
    agree([](floats a, floats) { return abs(a); }, [](float a, float) { return std::abs(a); });
    agree([](floats a, floats) { return sqrt(a); }, [](float a, float) { return std::sqrt(a); });
}

TEST_CASE("portable comparisons and select") {
    agree([](floats a, floats b) { return select(a < b, a, b); },
          [](float a, float b) { return a < b ? a : b; });
    agree([](floats a, floats b) { return select(a > b, a, b); },
          [](float a, float b) { return a > b ? a : b; });
    agree([](floats a, floats b) { return select(a == b, a, b); },
          [](float a, float b) { return a == b ? a : b; });
    agree([](floats a, floats b) { return select(a < b || isnan(a), a, b); },
          [](float a, float b) { return a < b || std::isnan(a) ? a : b; });
}

TEST_CASE("portable max and min return the second operand unless the first is beyond it") {
    agree([](floats a, floats b) { return max(a, b); }, [](float a, float b) { return a > b ? a : b; });
    agree([](floats a, floats b) { return min(a, b); }, [](float a, float b) { return a < b ? a : b; });
    CHECK(lanes_of(max(floats(not_a_number), floats(1.0f))) == std::vector<float>(4, 1.0f));
    CHECK(lanes_of(min(floats(not_a_number), floats(1.0f))) == std::vector<float>(4, 1.0f));
}

TEST_CASE("portable functions are the library's") {
    const auto is = [](auto f, float (*g)(float)) {
        agree([&](floats a, floats) { return f(a); }, [&](float a, float) { return g(a); });
    };
    is([](floats a) { return nearbyint(a); }, [](float a) { return std::nearbyint(a); });
    is([](floats a) { return log(a); }, [](float a) { return std::log(a); });
    is([](floats a) { return erf(a); }, [](float a) { return std::erf(a); });
    is([](floats a) { return hyperbolic_tangent(a); },
       [](float a) { return static_cast<float>(std::tanh(static_cast<double>(a))); });
}

TEST_CASE("vectors of doubles, on every machine: the language's arithmetic, lane by lane") {
    using doubles = kernels::vec<strata::machine_of<arch, double>>;
    static_assert(std::is_same_v<doubles, kernels::portable_vector<double>>);
    static_assert(kernels::panel_vectors<strata::machine_of<arch, double>> * doubles::size == kernels::panel);
    const double inf = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> some = {0.0,  -0.0,      1.0,     -1.0, 0.3,  -2.7,
                                      88.5, 0x1p-1074, 0x1p700, inf,  -inf, nan};
    const auto equal = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    const auto lane = [](const doubles& v, std::size_t k) {
        double lanes[4];
        v.store_unaligned(lanes);
        return lanes[k];
    };
    for (const double a : some)
        for (const double b : some) {
            const double left[4]{a, 1, b, 2};
            const double right[4]{b, 3, a, 4};
            const doubles x = doubles::load_unaligned(left);
            const doubles y = doubles::load_unaligned(right);
            for (const std::size_t k : {0u, 2u}) {
                const double p = left[k];
                const double q = right[k];
                CAPTURE(p);
                CAPTURE(q);
                CHECK(equal(lane(x + y, k), p + q));
                CHECK(equal(lane(x - y, k), p - q));
                CHECK(equal(lane(x * y, k), p * q));
                CHECK(equal(lane(divide(x, y), k), p / q));
                CHECK(equal(lane(max(x, y), k), p > q ? p : q)); // the second if either is a NaN
                CHECK(equal(lane(min(x, y), k), p < q ? p : q));
                CHECK(equal(lane(select(x < y, x, y), k), p < q ? p : q));
                CHECK(equal(lane(select(x == y, x, y), k), p == q ? p : q));
                CHECK(equal(lane(abs(x), k), std::abs(p)));
                CHECK(equal(lane(exponential(x), k), std::exp(p)));
                CHECK(equal(lane(exponential_minus_one(x), k), std::expm1(p)));
                CHECK(equal(lane(hyperbolic_tangent(x), k), std::tanh(p)));
                CHECK(equal(lane(erf(x), k), std::erf(p)));
                CHECK(equal(lane(kernels::larger_or_nan<strata::machine_of<arch, double>>(x, y), k),
                            std::isnan(p)   ? p
                            : std::isnan(q) ? q
                                            : std::max(p, q)));
            }
            CHECK(equal(kernels::sum_of_lanes<strata::machine_of<arch, double>>(x), (a + b) + 3));
        }
    // Beyond the largest double e^x is infinite, its product with a small number is not.
    CHECK(lane(exponential_times(doubles(1e-10), doubles(720.0)), 0) ==
          doctest::Approx(std::exp(720.0 - 10 * std::log(10.0))).epsilon(1e-12));
    CHECK(lane(logistic(doubles(-800.0)), 1) == 0.0);
    CHECK(lane(logistic(doubles(0.5)), 1) == doctest::Approx(1 / (1 + std::exp(-0.5))).epsilon(1e-15));
}

TEST_CASE("portable integers") {
    // Seen as the bits of floats: integers have no door of their own.
    const auto is = [](const integers& got, std::int32_t expected) {
        for (const float lane : lanes_of(float_of_bits(got)))
            CHECK(std::bit_cast<std::int32_t>(lane) == expected);
    };
    is(integers(-7), -7);
    is(integers(5) + integers(-7), -2);
    is(integers(5) - integers(-7), 12);
    is(integers(-7) >> 1, -4);
    is(integers(127) << 23, 0x3f800000);
    is(integers(-126) << 23, -126 * (1 << 23));
    for (const std::int32_t whole : {0, 1, -1, 254, -252, (1 << 22) - 1, 1 - (1 << 22)})
        is(to_int(floats(static_cast<float>(whole))), whole);
    const float x[] = {1.0f, -2.0f, 3.0f, -4.0f};
    const integers whole = to_int(floats::load_unaligned(x));
    CHECK(lanes_of(float_of_bits((whole + integers(127)) << 23)) ==
          std::vector<float>{0x1p1f, 0x1p-2f, 0x1p3f, 0x1p-4f});
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
