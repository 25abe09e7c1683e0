// Ranks that add up in pairs, here threads: the bits of the tree, for any number of them.
#include "strata/parallel/pair_sum.hpp"

#include "strata/parallel/shards.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <thread>
#include <vector>

using namespace strata;

namespace {

/// What each rank ends with.
std::vector<std::vector<float>> added(std::vector<std::vector<float>> numbers, std::size_t present) {
    const std::size_t ranks = numbers.size(), count = numbers[0].size();
    std::barrier all{static_cast<std::ptrdiff_t>(ranks)};
    std::vector<std::span<const float>> outgoing(ranks);
    std::vector<std::thread> threads;
    for (std::size_t rank = 0; rank < ranks; ++rank)
        threads.emplace_back([&, rank] {
            std::vector<float> memory((count + 1) / 2);
            detail::add_in_pairs<float>(
                numbers[rank], present, rank, ranks, memory,
                [&](std::size_t with, std::span<const float> out, std::span<float> in) {
                    outgoing[rank] = out;
                    all.arrive_and_wait();
                    REQUIRE(outgoing[with].size() == in.size());
                    std::copy(outgoing[with].begin(), outgoing[with].end(), in.begin());
                    all.arrive_and_wait();
                });
        });
    for (std::thread& one : threads) one.join();
    return numbers;
}

} // namespace

TEST_CASE("the sum of ranks has the bits of the tree, whoever is absent") {
    for (const std::size_t ranks : {1u, 2u, 4u, 8u, 16u})
        for (const std::size_t count : {0u, 1u, 2u, 3u, 7u, 64u, 1001u})
            for (std::size_t present = 1; present <= ranks; ++present) {
                std::vector<std::vector<float>> numbers(ranks, std::vector<float>(count));
                std::vector<float*> places;
                for (std::size_t r = 0; r < ranks; ++r) {
                    for (std::size_t i = 0; i < count; ++i)
                        numbers[r][i] =
                            i == 5 ? -0.0f : 1.0f / static_cast<float>(1 + (i * 13 + r * 71) % 97);
                    places.push_back(numbers[r].data());
                }
                std::vector<float> expected(count), memory(4 * detail::floats_of_a_sum);
                if (count > 0) {
                    const float* sum = detail::sum_in_tree<arch, 4>(std::span<float* const>{places}, 0, ranks,
                                                                    present, 0, count, memory.data());
                    std::copy_n(sum, count, expected.begin());
                }
                for (const std::vector<float>& sum : added(numbers, present))
                    REQUIRE(
                        (count == 0 || std::memcmp(sum.data(), expected.data(), count * sizeof(float)) == 0));
            }
}
