// How a batch is cut, and how shards are added up.
#include "strata/parallel/shards.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <vector>

using namespace strata;

template <std::size_t Count>
concept cuts = requires { typename strata::shards<Count>; };
static_assert(cuts<1> && cuts<65535> && !cuts<0> && !cuts<65536>);

TEST_CASE("shards are neighbours, of nearly one size, and all of the batch") {
    for (const std::size_t shards : {1u, 2u, 3u, 7u, 16u})
        for (std::size_t rows = 0; rows < 50; ++rows) {
            std::size_t next = 0;
            for (std::size_t s = 0; s < shards; ++s) {
                const detail::row_range part = detail::rows_of_shard(rows, shards, s);
                CHECK(part.first == next);
                CHECK(part.count >= rows / shards);
                CHECK(part.count <= rows / shards + 1);
                next += part.count;
            }
            CHECK(next == rows);
        }
}

namespace {

/// The tree's sum by its definition.
float sum_of(const std::vector<std::vector<float>>& blocks, std::size_t first, std::size_t last,
             std::size_t present, std::size_t i) {
    if (last - first == 1) return blocks[first][i];
    const std::size_t middle = first + (last - first) / 2;
    const float left = sum_of(blocks, first, middle, present, i);
    return middle < present ? left + sum_of(blocks, middle, last, present, i) : left;
}

template <std::size_t Shards>
void check_sums() {
    const std::size_t floats = 3 * detail::floats_of_a_sum + 48;
    std::vector<std::vector<float>> blocks(Shards, std::vector<float>(floats));
    std::vector<float*> places;
    for (std::size_t s = 0; s < Shards; ++s) {
        for (std::size_t i = 0; i < floats; ++i)
            blocks[s][i] =
                1.0f / static_cast<float>(1 + (i * 31 + s * 17) % 1009); // sums depend on their order
        places.push_back(blocks[s].data());
    }
    for (std::size_t present = 1; present <= Shards; ++present)
        for (const std::size_t begin : {std::size_t{0}, std::size_t{32}}) {
            std::vector<float> sums(floats);
            detail::for_each_sum<arch, Shards>(
                std::span<float* const>{places}, present, begin, floats,
                [&](std::size_t first, std::size_t count, const float* values) {
                    for (std::size_t i = 0; i < count; ++i) sums[first + i] = values[i];
                });
            for (std::size_t i = begin; i < floats; ++i)
                REQUIRE(sums[i] == sum_of(blocks, 0, Shards, present, i));
        }
}

} // namespace

TEST_CASE("sums are those of the tree, whatever is left out") {
    check_sums<1>();
    check_sums<2>();
    check_sums<3>();
    check_sums<5>();
    check_sums<8>();
    check_sums<13>();
}

TEST_CASE("halves of a tree are trees: what ranks hold adds up to the same bits") {
    constexpr std::size_t count = 12;
    std::vector<float> numbers(count);
    std::vector<float*> places;
    for (std::size_t s = 0; s < count; ++s) {
        numbers[s] = 1.0f / static_cast<float>(3 + 7 * s);
        places.push_back(&numbers[s]);
    }
    const auto sum = [&](std::size_t first, std::size_t last) {
        std::vector<float> memory(4 * detail::floats_of_a_sum);
        return *detail::sum_in_tree<arch, 4>(std::span<float* const>{places}, first, last, count, 0, 1,
                                             memory.data());
    };
    const float whole = sum(0, 12);
    CHECK(whole == sum(0, 6) + sum(6, 12));
    CHECK(whole == (sum(0, 3) + sum(3, 6)) + (sum(6, 9) + sum(9, 12)));
}
