// Philox: the known answers of its authors, and how numbers are addressed.
#include "strata/random/philox.hpp"

#include "strata/kernels/vectors.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using strata::philox;
using strata::seed;
using four = std::array<std::uint32_t, 4>;

/// Our block for a counter and a key, given in the order of the words.
constexpr four block(const four& counter, const std::array<std::uint32_t, 2>& key) {
    const auto join = [](std::uint32_t low, std::uint32_t high) {
        return std::uint64_t{high} << 32 | std::uint64_t{low};
    };
    return philox{seed{join(key[0], key[1])}, join(counter[2], counter[3])}.block(
        join(counter[0], counter[1]));
}

TEST_CASE("philox4x32-10 gives the known answers of Random123") {
    // kat_vectors of Random123 1.14.
    constexpr four zeros = block({0, 0, 0, 0}, {0, 0});
    static_assert(zeros == four{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    constexpr std::uint32_t ones = 0xffffffff;
    CHECK(block({ones, ones, ones, ones}, {ones, ones}) ==
          four{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(block({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("number i of a stream is word i mod 4 of block i / 4") {
    const philox random{seed{7}, 3};
    for (std::uint64_t i = 0; i < 50; ++i) CHECK(random[i] == random.block(i / 4)[i % 4]);
    const std::uint64_t far = (std::uint64_t{1} << 40) + 3;
    CHECK(random[far] == random.block(far / 4)[3]);
    CHECK(random.uniform(9) == philox::unit(random[9]));
}

TEST_CASE("blocks side by side are the blocks one by one") {
    const philox random{seed{0x123456789abcdef0}, 42};
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{0xfffffff0}, ~std::uint64_t{0} - 31}) {
        std::uint32_t words[4 * 32];
        strata::kernels::philox_blocks<strata::arch, 32>(0x123456789abcdef0, 42, first, words);
        for (std::uint64_t b = 0; b < 32; ++b)
            for (std::size_t k = 0; k < 4; ++k) CHECK(words[4 * b + k] == random.block(first + b)[k]);
    }
}

TEST_CASE("every bit of seed, stream and index matters") {
    const four base = philox{seed{}, 0}.block(0);
    std::vector<four> blocks{base};
    for (int bit = 0; bit < 64; ++bit) {
        const std::uint64_t one = std::uint64_t{1} << bit;
        blocks.push_back(philox{seed{one}, 0}.block(0));
        blocks.push_back(philox{seed{}, one}.block(0));
        blocks.push_back(philox{seed{}, 0}.block(one));
    }
    std::sort(blocks.begin(), blocks.end());
    CHECK(std::adjacent_find(blocks.begin(), blocks.end()) == blocks.end());
}

TEST_CASE("the library's streams and the user's lie apart") {
    CHECK(strata::streams::weights < strata::streams::shuffle);
    CHECK(strata::streams::shuffle < strata::streams::noise);
    CHECK(strata::streams::noise < strata::streams::user);
    CHECK(philox{seed{1}}.block(0) == philox{seed{1}, strata::streams::user}.block(0));
}

TEST_CASE("unit numbers are multiples of 2^-24 in [0, 1)") {
    CHECK(philox::unit(0) == 0.0f);
    CHECK(philox::unit(0xff) == 0.0f);
    CHECK(philox::unit(0x100) == 0x1p-24f);
    CHECK(philox::unit(0x80000000) == 0.5f);
    CHECK(philox::unit(0xffffffff) == 1.0f - 0x1p-24f);
}

TEST_CASE("below a bound, every number, and about equally often") {
    const philox random{seed{5}};
    constexpr std::uint32_t bound = 7;
    constexpr std::uint64_t draws = 70000;
    std::array<double, bound> count{};
    for (std::uint64_t i = 0; i < draws; ++i) {
        const std::uint32_t value = random.below(i, bound);
        REQUIRE(value < bound);
        count[value] += 1;
    }
    double chi_square = 0;
    for (const double c : count) chi_square += (c - 10000) * (c - 10000) / 10000;
    CHECK(chi_square < 22.46); // 6 degrees of freedom: one in a thousand is beyond
    for (std::uint64_t i = 0; i < 20; ++i) {
        CHECK(random.below(i, 1) == 0);
        CHECK(random.below(i, 0xffffffff) < 0xffffffff);
    }
}

TEST_CASE("every bit is set about half of the time, and neighbours do not agree more often than not") {
    const philox random{seed{11}};
    constexpr std::uint64_t draws = 20000;
    std::array<double, 32> set{};
    std::array<double, 32> agree{};
    for (std::uint64_t i = 0; i < draws; ++i)
        for (std::size_t bit = 0; bit < 32; ++bit) {
            set[bit] += (random[i] >> bit & 1) != 0;
            agree[bit] += ((random[i] ^ random[i + 1]) >> bit & 1) == 0;
        }
    const double deviation = std::sqrt(0.25 / static_cast<double>(draws));
    for (std::size_t bit = 0; bit < 32; ++bit) {
        CAPTURE(bit);
        CHECK(std::abs(set[bit] / static_cast<double>(draws) - 0.5) < 4.5 * deviation);
        CHECK(std::abs(agree[bit] / static_cast<double>(draws) - 0.5) < 4.5 * deviation);
    }
}

} // namespace
