// The memory plan of a network: which block holds what, from when to when, and where it lies. All at compile
// time.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/network.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>

namespace strata {

/// What a workspace is for: `training` keeps what the backward pass reads, `inference` only what the next
/// layer does.
struct training {};
struct inference {};

/// A block of the workspace: `rows` rows, live from one moment to another (both included).
struct planned_block {
    std::size_t floats = 0; ///< 0: there is no such block
    std::size_t born = 0;
    std::size_t dies = 0;
    std::size_t offset = 0;
};

namespace detail {

/// Gives the blocks places in this order, each as low as it can without overlapping one that lives at the
/// same time.
template <std::size_t Count>
constexpr std::size_t place_in_order(std::array<planned_block, Count>& blocks,
                                     std::span<const std::size_t> order) {
    planned_block
        upwards[Count]{}; // those that have a place, lowest first; compilers count calls of std::array
    std::size_t total = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        planned_block block = blocks[order[i]];
        block.offset = 0;
        for (std::size_t j = 0; j < i; ++j) {
            const planned_block& other = upwards[j];
            if (block.born > other.dies || other.born > block.dies) continue;
            if (block.offset + block.floats <= other.offset) break;
            if (block.offset < other.offset + other.floats) block.offset = other.offset + other.floats;
        }
        total = std::max(total, block.offset + block.floats);
        std::size_t above = i;
        for (; above > 0 && upwards[above - 1].offset > block.offset; --above)
            upwards[above] = upwards[above - 1];
        upwards[above] = block;
        blocks[order[i]].offset = block.offset;
    }
    return total;
}

} // namespace detail

/// The largest sum of blocks that live at one moment: no plan can take less. Moments are at most Count.
template <std::size_t Count>
constexpr std::size_t liveness_bound(const std::array<planned_block, Count>& blocks) {
    std::array<std::size_t, Count + 2> born{};
    std::array<std::size_t, Count + 2> dead{};
    for (const planned_block& block : blocks) {
        born[block.born] += block.floats;
        dead[block.dies + 1] += block.floats;
    }
    std::size_t bound = 0;
    std::size_t sum = 0;
    for (std::size_t moment = 0; moment <= Count; ++moment) {
        sum += born[moment];
        sum -= dead[moment];
        bound = std::max(bound, sum);
    }
    return bound;
}

/// Gives every block a place such that no two that live at the same time overlap: the best of several orders.
/// Returns the floats that all of them take.
template <std::size_t Count>
consteval std::size_t place_blocks(std::array<planned_block, Count>& blocks) {
    using key = std::size_t (*)(const planned_block&);
    constexpr key largest_first = [](const planned_block& b) { return b.floats; };
    constexpr key longest_lived_first = [](const planned_block& b) { return b.dies - b.born; };
    constexpr key both = [](const planned_block& b) { return b.floats * (b.dies - b.born + 1); };
    constexpr key first_born_first = [](const planned_block& b) { return ~b.born; };
    constexpr key last_to_die_first = [](const planned_block& b) { return b.dies; };
    std::array<std::size_t, Count> order{};
    std::size_t used = 0;
    for (std::size_t i = 0; i < Count; ++i)
        if (blocks[i].floats > 0) order[used++] = i;
    const std::size_t bound = liveness_bound(blocks);
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const key of : {largest_first, longest_lived_first, both, first_born_first, last_to_die_first}) {
        std::array<std::size_t, Count> rank{};
        for (std::size_t i = 0; i < Count; ++i) rank[i] = of(blocks[i]);
        std::sort(order.begin(), order.begin() + used, [&](std::size_t a, std::size_t b) {
            return rank[a] != rank[b] ? rank[a] > rank[b] : a < b;
        });
        std::array<planned_block, Count> placed = blocks;
        const std::size_t total = detail::place_in_order(placed, {order.data(), used});
        if (total < least) {
            least = total;
            blocks = placed;
        }
        if (least == bound) break;
    }
    return least;
}

/// Block i holds what layer i reads, block Count what the last one writes; layers that compute nothing, or in
/// place, share one. Gradients are numbered in the same way. Scratch i is layer i's, forwards, then
/// backwards; kept i is what its forward leaves for its backward.
template <std::size_t Count>
struct memory_plan {
    std::array<std::size_t, Count + 1> home{}; ///< the block that activation i lies in
    std::array<bool, Count> fused{};           ///< layer i is done by the kernel of the layer before it
    std::array<bool, Count> masked{};           ///< layer i's gradient does that of the relu before it
    std::array<planned_block, 5 * (Count + 1)> blocks{};
    std::size_t floats = 0; ///< of the whole workspace, parameter gradients not included

    [[nodiscard]] constexpr const planned_block& activation(std::size_t i) const { return blocks[home[i]]; }
    [[nodiscard]] constexpr const planned_block& gradient(std::size_t i) const {
        return blocks[Count + 1 + home[i]];
    }
    [[nodiscard]] constexpr const planned_block& forward_scratch(std::size_t i) const {
        return blocks[2 * (Count + 1) + i];
    }
    [[nodiscard]] constexpr const planned_block& backward_scratch(std::size_t i) const {
        return blocks[3 * (Count + 1) + i];
    }
    [[nodiscard]] constexpr const planned_block& kept(std::size_t i) const {
        return blocks[4 * (Count + 1) + i];
    }
};

/// Works out the plan for `rows` samples at a time. Moments: layer i runs forwards at i, the loss at Count,
/// layer i backwards at 2 Count - i.
template <class... Layers, std::size_t Count>
consteval auto make_memory_plan(type_list<Layers...>, const detail::layer_table<Count>& table, std::size_t rows,
                                bool train) {
    memory_plan<Count> plan;
    std::array<layer_traits, Count> traits{Layers::traits...};
    std::array<std::size_t, Count> scratch{};
    std::array<std::size_t, Count> kept{};
    std::size_t layer = 0;
    ((scratch[layer] = Layers::scratch(table.shapes[layer], rows),
      kept[layer] = Layers::kept(table.shapes[layer], rows), ++layer),
     ...);
    // Layers that the backward pass never reaches want nothing of it.
    const std::size_t end = table.backward_ends;
    for (std::size_t i = 0; i < end; ++i)
        traits[i].backward_reads_input = traits[i].backward_reads_output = false;

    // Who shares a block with whom. A layer works in place unless its input is still wanted as it was.
    bool output_wanted = false;
    for (std::size_t i = 0; i < Count; ++i) {
        const bool shares = traits[i].output == storage::of_input ||
                            (traits[i].output == storage::over_input && !(train && output_wanted));
        plan.home[i + 1] = shares ? plan.home[i] : i + 1;
        output_wanted = traits[i].backward_reads_output || (shares && output_wanted);
        plan.fused[i] = i > 0 && shares && traits[i].is_relu && traits[i - 1].fuses_relu;
        plan.masked[i] =
            i > 0 && traits[i - 1].is_relu && traits[i].fuses_relu_mask && plan.home[i] == plan.home[i - 1];
    }

    // A block that is too large stays so, and its sums with others do not wrap.
    const auto limited = [](std::size_t floats) { return floats > most_floats ? most_floats + 1 : floats; };
    const auto block_floats = [&](std::size_t i) {
        return limited(multiply_sizes(rows, row_stride(table.shapes[i].count())));
    };
    for (std::size_t i = 0; i <= Count; ++i) {
        planned_block& block = plan.blocks[plan.home[i]];
        block.floats = std::max(block.floats, block_floats(i));
        if (plan.home[i] == i) block.born = i == 0 ? 0 : i - 1;
        block.dies = std::max(block.dies, i); // its reader, or the loss, comes at i
        if (!train) continue;
        if (i < Count && traits[i].backward_reads_input) block.dies = std::max(block.dies, 2 * Count - i);
        if (i > 0 && traits[i - 1].backward_reads_output)
            block.dies = std::max(block.dies, 2 * Count - (i - 1));
        // No gradient is handed on to here; the output's is the loss's, whoever learns.
        if (end > 0 && i <= end && i < Count) continue;
        planned_block& gradient = plan.blocks[Count + 1 + plan.home[i]];
        gradient.floats = std::max(gradient.floats, block_floats(i));
        // Filled by the layer that reads the activation (or the loss); read by the layer that wrote it.
        const std::size_t filled = 2 * Count - i;
        const std::size_t read = i == 0 ? 2 * Count + 1 : 2 * Count - (i - 1);
        gradient.born = gradient.born == 0 ? filled : std::min(gradient.born, filled);
        gradient.dies = std::max(gradient.dies, read);
    }
    for (std::size_t i = 0; i < Count; ++i) {
        plan.blocks[2 * (Count + 1) + i] = {limited(padded(scratch[i])), i, i, 0};
        if (!train) continue;
        const bool returns = i >= end;
        plan.blocks[3 * (Count + 1) + i] = {returns ? limited(padded(scratch[i])) : 0, 2 * Count - i,
                                            2 * Count - i, 0};
        plan.blocks[4 * (Count + 1) + i] = {limited(padded(kept[i])), i, returns ? 2 * Count - i : i, 0};
    }
    plan.floats = place_blocks(plan.blocks);
    return plan;
}

/// The plan of a network for Rows samples at a time, for training or inference.
template <any_network Net, std::size_t Rows, class Purpose>
inline constexpr auto memory_plan_of = make_memory_plan(typename Net::layers{}, Net::table, Rows,
                                                        std::is_same_v<Purpose, training>);

} // namespace strata

#include "strata/meta/macros_back.hpp"
