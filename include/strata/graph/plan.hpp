// The memory plan of a network: which block of the workspace holds what, and from when to when. All at compile time.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/network.hpp"
#include "strata/graph/placement.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// What a workspace is for: `training` keeps what the backward pass reads, `inference` only what the next
/// layer does.
struct training {};
struct inference {};

/// Which block holds what. Activation i is what layer i reads, activation Count what the last one writes; layers that
/// compute nothing, or in place, share a buffer. Gradients are numbered in the same way.
template <std::size_t Count>
struct memory_plan {
    std::array<std::size_t, Count + 1> buffer{}; ///< the number of the one that activation i lies in
    std::array<bool, Count + 1> fused{};         ///< layer i is done by the kernel of the layer before it
    std::array<bool, Count + 1> masked{};        ///< layer i's gradient does that of the relu before it
    std::array<planned_block, Count + 1> activations{};
    std::array<planned_block, Count + 1> gradients{};
    std::array<planned_block, Count> forward_scratches{};
    std::array<planned_block, Count> backward_scratches{};
    std::array<planned_block, Count> saves{}; ///< what a layer's forward leaves for its backward
    std::size_t floats = 0;                   ///< of the whole workspace, parameter gradients not included

    [[nodiscard]] constexpr const planned_block& activation(std::size_t i) const {
        return activations[buffer[i]];
    }
    [[nodiscard]] constexpr const planned_block& gradient(std::size_t i) const {
        return gradients[buffer[i]];
    }
    [[nodiscard]] constexpr const planned_block& forward_scratch(std::size_t i) const {
        return forward_scratches[i];
    }
    [[nodiscard]] constexpr const planned_block& backward_scratch(std::size_t i) const {
        return backward_scratches[i];
    }
    [[nodiscard]] constexpr const planned_block& saved(std::size_t i) const { return saves[i]; }

    /// Calls f with each block.
    template <class Function>
    constexpr void for_each_block(Function&& f) {
        for (planned_block& block : activations) f(block);
        for (planned_block& block : gradients) f(block);
        for (planned_block& block : forward_scratches) f(block);
        for (planned_block& block : backward_scratches) f(block);
        for (planned_block& block : saves) f(block);
    }
};

namespace detail {

/// The plan's blocks in one list, for place_blocks, and their places taken over into the plan.
template <std::size_t Count>
constexpr void place_blocks(memory_plan<Count>& plan, std::size_t middle) {
    std::array<planned_block, 5 * Count + 2> blocks{};
    std::size_t used = 0;
    plan.for_each_block([&](const planned_block& block) {
        if (block.floats > 0) blocks[used++] = block;
    });
    plan.floats = place_blocks<2 * Count + 1>(blocks, used, middle);
    used = 0;
    plan.for_each_block([&](planned_block& block) {
        if (block.floats > 0) block.offset = blocks[used++].offset;
    });
}

/// Works out the plan for `rows` samples at a time. Moments: layer i runs forwards at i, the loss at Count,
/// layer i backwards at 2 Count - i.
template <std::size_t Count>
consteval memory_plan<Count> make_memory_plan(const kind_list<Count>& kinds, const layer_table<Count>& table,
                                              std::size_t rows, bool train) {
    memory_plan<Count> plan;
    layer_traits traits[Count]{};
    for (std::size_t i = 0; i < Count; ++i) {
        traits[i] = kinds[i]->traits;
        // Layers that the backward pass never reaches want nothing of it.
        if (i < table.backward_ends) traits[i].backward_reads_input = traits[i].backward_reads_output = false;
    }

    // Who shares a buffer with whom. A layer works in place unless its input is still wanted as it was.
    bool output_wanted = false;
    for (std::size_t i = 0; i < Count; ++i) {
        const bool shares = traits[i].output == storage::view ||
                            (traits[i].output == storage::in_place && !(train && output_wanted));
        plan.buffer[i + 1] = shares ? plan.buffer[i] : i + 1;
        output_wanted = traits[i].backward_reads_output || (shares && output_wanted);
        plan.fused[i] = i > 0 && shares && traits[i].is_relu && traits[i - 1].fuses_relu;
        plan.masked[i] = i > 0 && traits[i - 1].is_relu && traits[i].fuses_relu_mask &&
                         plan.buffer[i] == plan.buffer[i - 1];
    }

    // A block that is too large stays so, and its sums with others do not wrap.
    const auto limited = [](std::size_t floats) { return floats > most_floats ? most_floats + 1 : floats; };
    const std::size_t end = table.backward_ends;
    for (std::size_t i = 0; i <= Count; ++i) {
        const std::size_t floats = limited(multiply_sizes(rows, row_stride(table.shapes[i].count())));
        planned_block& block = plan.activations[plan.buffer[i]];
        block.floats = std::max(block.floats, floats);
        if (plan.buffer[i] == i) block.first_use = i == 0 ? 0 : i - 1;
        block.last_use = std::max(block.last_use, i); // its reader, or the loss, comes at i
        if (!train) continue;
        if (i < Count && traits[i].backward_reads_input)
            block.last_use = std::max(block.last_use, 2 * Count - i);
        if (i > 0 && traits[i - 1].backward_reads_output)
            block.last_use = std::max(block.last_use, 2 * Count - (i - 1));
        // No gradient is handed on to here; the output's is the loss's, whoever learns.
        if (end > 0 && i <= end && i < Count) continue;
        planned_block& gradient = plan.gradients[plan.buffer[i]];
        gradient.floats = std::max(gradient.floats, floats);
        // Filled by the layer that reads the activation (or the loss); read by the layer that wrote it.
        const std::size_t filled = 2 * Count - i;
        const std::size_t read = i == 0 ? 2 * Count + 1 : 2 * Count - (i - 1);
        gradient.first_use = gradient.first_use == 0 ? filled : std::min(gradient.first_use, filled);
        gradient.last_use = std::max(gradient.last_use, read);
    }
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t scratch = limited(padded(kinds[i]->scratch(table.shapes[i], rows)));
        const std::size_t backward = 2 * Count - i;
        plan.forward_scratches[i] = {scratch, i, i, 0};
        if (!train) continue;
        const bool returns = i >= end;
        plan.backward_scratches[i] = {returns ? scratch : 0, backward, backward, 0};
        plan.saves[i] = {limited(padded(kinds[i]->saved(table.shapes[i], rows))), i, returns ? backward : i,
                         0};
    }
    place_blocks(plan, train ? Count : 2 * Count + 1);
    return plan;
}

} // namespace detail

/// The plan of a network for Rows samples at a time, for training or inference.
template <any_network Net, std::size_t Rows, class Purpose>
inline constexpr memory_plan<Net::layer_count> memory_plan_of = detail::make_memory_plan(
    detail::kinds_of<typename Net::layers>::values, Net::table, Rows, std::is_same_v<Purpose, training>);

} // namespace strata

#include "strata/meta/macros_back.hpp"
