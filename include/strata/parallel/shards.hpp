// How a batch is cut into shards, and how what they come to is added up: in the same order, whoever computes them.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"
#include "strata/model/batch.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace strata::inline STRATA_TARGET {

/// Into how many parts a team cuts each batch, to be computed side by side: fewer than 65536.
template <std::size_t Count>
requires(Count > 0 && Count < 65536) // which thread_pool counts to
struct shards {
    static constexpr std::size_t count = Count; ///< parts of a batch
};

namespace detail {

template <class Shards>
inline constexpr bool is_shards = false;
template <std::size_t Count>
inline constexpr bool is_shards<shards<Count>> = true;
template <class Shards>
concept counted_shards = is_shards<Shards>;

/// Some neighbours among rows.
struct row_range {
    std::size_t first = 0;
    std::size_t count = 0;
};

/// Which rows are shard number s of so many: as many in each as can be, the first ones have one more.
constexpr row_range rows_of_shard(std::size_t rows, std::size_t shards, std::size_t s) {
    const std::size_t each = rows / shards, more = rows % shards;
    return {s * each + std::min(s, more), each + (s < more ? 1 : 0)};
}

/// Floats that are added up at a time, so that they stay in the first cache.
inline constexpr std::size_t floats_of_a_sum = 1024;

/// Levels of a tree with so many leaves.
constexpr std::size_t levels_of_tree(std::size_t leaves) {
    std::size_t levels = 0;
    while (leaves > 1) {
        leaves = (leaves + 1) / 2;
        ++levels;
    }
    return levels;
}

/// The sum of the same `count` floats from `begin` on in blocks `first` to `last` - 1, of which those from `present` on are
/// left out: that of the first half, plus that of the second. It lies in `memory`, which has room for so many floats a level,
/// or in the block if there is but one. The tree has at most Levels levels, which tells compilers how far memory is used.
template <class Arch, std::size_t Levels>
const real_of<Arch>* sum_in_tree(std::span<real_of<Arch>* const> blocks, std::size_t first, std::size_t last,
                                 std::size_t present, std::size_t begin, std::size_t count,
                                 real_of<Arch>* memory) {
    if constexpr (Levels > 0)
        if (last - first > 1) {
            const std::size_t middle = first + (last - first) / 2;
            const real_of<Arch>* left =
                sum_in_tree<Arch, Levels - 1>(blocks, first, middle, present, begin, count, memory);
            if (middle >= present) return left;
            const real_of<Arch>* right = sum_in_tree<Arch, Levels - 1>(blocks, middle, last, present, begin,
                                                                       count, memory + floats_of_a_sum);
            kernels::add<Arch>(count, left, right, memory);
            return memory;
        }
    return blocks[first] + begin;
}

/// Calls f(begin, count, sums) for pieces of the floats begin to end - 1 of blocks of Shards shards, of which so many are
/// present: what they add up to, in a few kilobytes that stay in the first cache. Reads blocks, and writes to none: caches
/// of other cores need not give them up.
template <class Arch, std::size_t Shards, class Function>
void for_each_sum(std::span<real_of<Arch>* const> blocks, std::size_t present, std::size_t begin,
                  std::size_t end, const Function& f) {
    constexpr std::size_t levels = levels_of_tree(Shards);
    alignas(64) real_of<Arch> memory[std::max<std::size_t>(levels, 1) * floats_of_a_sum];
    for (; begin < end; begin += floats_of_a_sum) {
        const std::size_t count = std::min(floats_of_a_sum, end - begin);
        f(begin, count, sum_in_tree<Arch, levels>(blocks, 0, blocks.size(), present, begin, count, memory));
    }
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
