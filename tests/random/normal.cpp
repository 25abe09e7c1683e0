// Normal numbers: moments, distribution, tails, and that they keep their index.
#include "strata/random/normal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace {

using strata::fill_normal;
using strata::seed;

std::vector<float> normal(std::size_t count, float mean, float deviation, seed s) {
    std::vector<float> values(count);
    fill_normal(values, mean, deviation, s);
    return values;
}

/// The probability that a normal number is less than x.
double distribution(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

constexpr std::size_t many = 200000;

TEST_CASE("mean, variance, skewness and kurtosis are those of the normal distribution") {
    struct parameters {
        float mean, deviation;
    };
    for (const auto& [mean, deviation] : {parameters{0, 1}, parameters{3, 0.5f}, parameters{-10, 4}}) {
        CAPTURE(mean);
        double moment[5]{};
        for (const float value : normal(many, mean, deviation, seed{2})) {
            const double x =
                (static_cast<double>(value) - static_cast<double>(mean)) / static_cast<double>(deviation);
            double power = 1;
            for (double& m : moment) {
                m += power / static_cast<double>(many);
                power *= x;
            }
        }
        const double n = static_cast<double>(many);
        // Moment k is off by at most four of its standard deviations, sqrt((E x^2k - (E x^k)^2) / n).
        CHECK(std::abs(moment[1]) < 4 * std::sqrt(1 / n));
        CHECK(std::abs(moment[2] - 1) < 4 * std::sqrt(2 / n));
        CHECK(std::abs(moment[3]) < 4 * std::sqrt(15 / n));
        CHECK(std::abs(moment[4] - 3) < 4 * std::sqrt(96 / n));
    }
}

TEST_CASE("the distribution is the normal one, by Kolmogorov and Smirnov") {
    std::vector<float> values = normal(many, 0, 1, seed{6});
    std::sort(values.begin(), values.end());
    double distance = 0;
    for (std::size_t i = 0; i < many; ++i) {
        const double expected = distribution(static_cast<double>(values[i]));
        const double below = static_cast<double>(i) / static_cast<double>(many);
        distance = std::max({distance, expected - below, below + 1.0 / static_cast<double>(many) - expected});
    }
    CHECK(distance < 1.95 / std::sqrt(static_cast<double>(many))); // one in a thousand is beyond
}

TEST_CASE("each number inverts its uniform number, to six digits") {
    constexpr std::size_t count = 50000;
    const std::vector<float> values = normal(count, 0, 1, seed{8});
    const strata::philox random{seed{8}, strata::streams::noise};
    for (std::size_t i = 0; i < count; ++i) {
        const auto y = static_cast<double>(2.0f * random.uniform(i) - 1.0f + 0x1p-24f);
        const auto x = static_cast<double>(values[i]);
        // How far x is off is how far its probability is off, divided by the density.
        const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
        const double off = (std::erf(x / std::numbers::sqrt2) - y) / (2 * density);
        CAPTURE(i);
        CAPTURE(x);
        REQUIRE(std::abs(off) < 3e-6 * std::max(1.0, std::abs(x)));
    }
}

TEST_CASE("tails reach as far as they should, and no further than 5.3 deviations") {
    double largest = 0;
    double beyond_three = 0;
    for (const float value : normal(many, 0, 1, seed{10})) {
        REQUIRE(std::isfinite(value));
        const double size = std::abs(static_cast<double>(value));
        largest = std::max(largest, size);
        beyond_three += size > 3;
    }
    CHECK(largest < 5.3);
    CHECK(largest > 4.0); // missed once in 300000 seeds
    const double expected = 2 * distribution(-3) * static_cast<double>(many);
    CHECK(std::abs(beyond_three - expected) < 4 * std::sqrt(expected));
}

TEST_CASE("the most extreme uniform numbers give finite, opposite numbers") {
    // The outermost that fill_normal can hand to the kernel: its formula, with the outermost bits.
    const auto outermost = [](std::uint32_t bits) {
        return 2.0f * strata::philox::unit(bits) - 1.0f + 0x1p-24f;
    };
    std::vector<float> values{outermost(0), outermost(0xffffffff)};
    CHECK(values[0] > -1.0f);
    CHECK(values[1] < 1.0f);
    strata::kernels::uniform_to_normal<strata::arch>(2, values.data(), 0.0f, 1.0f);
    CHECK(values[0] < -5.0f);
    CHECK(values[0] > -5.5f);
    CHECK(values[1] > 5.0f);
    CHECK(values[1] < 5.5f);
}

TEST_CASE("the outermost numbers that are drawn are the middles of the outermost intervals") {
    // Where seed 10 has them.
    constexpr std::uint64_t lowest = 1397229, highest = 4295138;
    const strata::philox random{seed{10}, strata::streams::noise};
    REQUIRE(random.block(lowest)[2] < 0x100);
    REQUIRE(random.block(highest)[2] >= 0xffffff00);
    const auto drawn = [](std::uint64_t block) {
        std::vector<float> values(4);
        fill_normal(values, 0, 1, seed{10}, strata::streams::noise, block);
        return values[2];
    };
    CHECK(drawn(lowest) < -5.0f);
    CHECK(drawn(lowest) > -5.5f);
    CHECK(drawn(highest) == -drawn(lowest));
}

TEST_CASE("fewer numbers are the first of more, bit for bit") {
    const std::vector<float> all = normal(303, 1, 2, seed{9});
    for (std::size_t count = 0; count <= all.size(); ++count) {
        CAPTURE(count);
        const std::vector<float> some = normal(count, 1, 2, seed{9});
        CHECK(std::equal(some.begin(), some.end(), all.begin()));
    }
}

TEST_CASE("nothing is written beyond the span") {
    std::vector<float> values(40, 50.0f);
    for (const std::size_t count : {0u, 1u, 2u, 3u, 5u, 6u, 7u, 31u}) {
        std::fill(values.begin(), values.end(), 50.0f);
        fill_normal(std::span{values}.subspan(3, count), 0, 1, seed{1});
        for (std::size_t i = 0; i < values.size(); ++i)
            CHECK((values[i] == 50.0f) == (i < 3 || i >= 3 + count));
    }
}

TEST_CASE("the same seed gives the same numbers, other seeds and streams give others") {
    const std::vector<float> values = normal(50, 0, 1, seed{1});
    CHECK(normal(50, 0, 1, seed{1}) == values);
    CHECK(normal(50, 0, 1, seed{2}) != values);
    std::vector<float> other(50);
    fill_normal(other, 0, 1, seed{1}, strata::streams::user);
    CHECK(other != values);
}

} // namespace
