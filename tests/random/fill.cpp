// Filling with uniform numbers, and shuffling.
#include "strata/random/fill.hpp"

#include "strata/meta/hash.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

namespace {

using strata::fill_uniform;
using strata::seed;

std::vector<float> uniform(std::size_t count, float low, float high, seed s,
                           std::uint64_t stream = strata::streams::noise) {
    std::vector<float> values(count);
    fill_uniform(values, low, high, s, stream);
    return values;
}

/// FNV-1a of the numbers' bits.
template <class Real>
std::uint64_t hash_of(const std::vector<Real>& values) {
    strata::detail::fnv1a hash;
    for (const Real value : values)
        hash.add(static_cast<std::uint64_t>(
            std::bit_cast<std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>>(value)));
    return hash.value();
}

TEST_CASE("uniform numbers have the range, mean and variance of their interval") {
    struct interval {
        float low, high;
    };
    for (const auto& [low, high] : {interval{0, 1}, interval{-1, 1}, interval{-3, -2.5f}, interval{10, 30}}) {
        CAPTURE(low);
        CAPTURE(high);
        constexpr std::size_t count = 100000;
        const std::vector<float> values = uniform(count, low, high, seed{3});
        double sum = 0;
        double squares = 0;
        const double middle = (static_cast<double>(low) + static_cast<double>(high)) / 2;
        for (const float value : values) {
            REQUIRE(value >= low);
            REQUIRE(value < high);
            sum += static_cast<double>(value) - middle;
            squares += (static_cast<double>(value) - middle) * (static_cast<double>(value) - middle);
        }
        const double width = static_cast<double>(high - low);
        const double n = static_cast<double>(count);
        const double variance = width * width / 12;
        CHECK(std::abs(sum / n) < 4 * std::sqrt(variance / n));
        // The variance of the square of a uniform number from +-w/2 is w^4 / 180.
        CHECK(std::abs(squares / n - variance) < 4 * width * width / std::sqrt(180 * n));
    }
}

TEST_CASE("the upper end is not reached where floats are coarse, either") {
    // Near 1000 floats lie 2^-14 apart, so that one number in 2^15 would be rounded up to 1001.
    const std::vector<float> values = uniform(1000000, 1000, 1001, seed{3});
    CHECK(*std::min_element(values.begin(), values.end()) == 1000.0f);
    CHECK(*std::max_element(values.begin(), values.end()) < 1001.0f);
    CHECK(*std::max_element(values.begin(), values.end()) > 1000.999f);
    CHECK(uniform(3, 2, 2, seed{1}) == std::vector<float>{2, 2, 2});
}

TEST_CASE("uniform numbers fill their interval evenly") {
    constexpr std::size_t bins = 64;
    constexpr std::size_t count = 64000;
    std::vector<double> histogram(bins);
    for (const float value : uniform(count, 0, 1, seed{17}))
        histogram[static_cast<std::size_t>(value * 64)] += 1;
    double chi_square = 0;
    for (const double c : histogram) chi_square += (c - 1000) * (c - 1000) / 1000;
    CHECK(chi_square < 103.4); // 63 degrees of freedom: one in a thousand is beyond
    CHECK(chi_square > 33.0);  // nor too even
}

TEST_CASE("bits are the same on every machine: those of a sum in double, rounded once more") {
    struct interval {
        float low, high;
        std::uint64_t hash; // of 1000 numbers, the same with FMA and without
    };
    for (const auto& [low, high, known] :
         {interval{0.0f, 0.37f, 12069373897347537964u}, interval{-0.1f, 0.37f, 8095336648975761091u},
          interval{0.3f, 1e5f, 11647034334474233491u}, interval{1e-40f, 3e-40f, 12494013874829994307u},
          interval{-3e38f, 3e38f, 16254568626248639377u}}) {
        CAPTURE(low);
        const std::vector<float> values = uniform(1000, low, high, seed{3});
        const strata::philox random{seed{3}, strata::streams::noise};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double range = static_cast<double>(high) - static_cast<double>(low);
            const double exact =
                static_cast<double>(low) + range * static_cast<double>(random.uniform(i)); // within 2^-29
            CHECK(std::abs(static_cast<double>(values[i]) - exact) <=
                  std::max(std::abs(exact) * 0x1p-24, 0x1p-150) + range * 0x1p-28);
        }
        CHECK(hash_of(values) == known);
    }
}

TEST_CASE("bits of doubles are the same on every machine") {
    struct interval {
        double low, high;
        std::uint64_t hash; // of 1000 numbers, the same with FMA and without
    };
    for (const auto& [low, high, known] :
         {interval{0.0, 0.37, 11926766310655674252u}, interval{-0.1, 0.37, 14845627829179520194u},
          interval{0.3, 1e5, 10683192393341224725u}, interval{1e-310, 3e-310, 12382032813132784547u}}) {
        CAPTURE(low);
        std::vector<double> values(1000);
        fill_uniform<strata::machine_of<strata::arch, double>>(values, low, high, seed{3});
        CHECK(hash_of(values) == known);
    }
}

TEST_CASE("fewer numbers are the first of more") {
    const std::vector<float> all = uniform(303, -1, 1, seed{9});
    for (std::size_t count = 0; count <= all.size(); ++count) {
        CAPTURE(count);
        const std::vector<float> some = uniform(count, -1, 1, seed{9});
        CHECK(std::equal(some.begin(), some.end(), all.begin()));
    }
}

TEST_CASE("nothing is written beyond the span") {
    std::vector<float> values(40, 5.0f);
    for (const std::size_t count : {0u, 1u, 2u, 3u, 5u, 6u, 7u, 31u}) {
        std::fill(values.begin(), values.end(), 5.0f);
        fill_uniform(std::span{values}.subspan(3, count), 0, 1, seed{1});
        for (std::size_t i = 0; i < values.size(); ++i)
            CHECK((values[i] == 5.0f) == (i < 3 || i >= 3 + count));
    }
}

TEST_CASE("the same seed and stream give the same numbers, others give others") {
    const std::vector<float> values = uniform(50, 0, 1, seed{1});
    CHECK(uniform(50, 0, 1, seed{1}) == values);
    CHECK(uniform(50, 0, 1, seed{2}) != values);
    CHECK(uniform(50, 0, 1, seed{1}, strata::streams::user) != values);
    for (std::size_t i = 0; i < values.size(); ++i)
        CHECK(values[i] == strata::philox{seed{1}, strata::streams::noise}.uniform(i));
}

std::vector<std::uint32_t> shuffled(std::size_t count, seed s) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    strata::shuffle(order, s);
    return order;
}

TEST_CASE("a shuffle is a permutation that depends on the seed alone") {
    for (const std::size_t count : {0u, 1u, 2u, 3u, 10u, 1000u}) {
        CAPTURE(count);
        std::vector<std::uint32_t> order = shuffled(count, seed{4});
        CHECK(order == shuffled(count, seed{4}));
        if (count >= 10) CHECK(order != shuffled(count, seed{5}));
        std::sort(order.begin(), order.end());
        for (std::size_t i = 0; i < count; ++i) CHECK(order[i] == i);
    }
}

TEST_CASE("every value comes to every place about equally often") {
    constexpr std::size_t count = 8;
    constexpr std::size_t shuffles = 16000;
    std::vector<double> met(count * count);
    for (std::uint64_t s = 0; s < shuffles; ++s) {
        const std::vector<std::uint32_t> order = shuffled(count, seed{s});
        for (std::size_t place = 0; place < count; ++place) met[place * count + order[place]] += 1;
    }
    const double expected = static_cast<double>(shuffles) / static_cast<double>(count);
    for (std::size_t place = 0; place < count; ++place) {
        CAPTURE(place);
        double chi_square = 0;
        for (std::size_t value = 0; value < count; ++value) {
            const double difference = met[place * count + value] - expected;
            chi_square += difference * difference / expected;
        }
        CHECK(chi_square < 27.9); // 7 degrees of freedom: one in 4000 is beyond, and there are 8 places
    }
}

TEST_CASE("all orders of four values occur about equally often") {
    constexpr std::size_t shuffles = 24000;
    std::vector<double> met(256);
    for (std::uint64_t s = 0; s < shuffles; ++s) {
        const std::vector<std::uint32_t> order = shuffled(4, seed{s});
        met[order[0] + 4 * order[1] + 16 * order[2] + 64 * order[3]] += 1;
    }
    double chi_square = 0;
    std::size_t orders = 0;
    for (const double c : met) {
        if (c == 0) continue;
        ++orders;
        chi_square += (c - 1000) * (c - 1000) / 1000;
    }
    CHECK(orders == 24);
    CHECK(chi_square < 49.7); // 23 degrees of freedom: one in a thousand is beyond
}

} // namespace
