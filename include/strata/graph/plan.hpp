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

/// Which block holds what, for the values of a network (see topology.hpp) and its layers. Layers that compute nothing, or
/// in place, share the buffer of the value they read.
template <std::size_t Count, std::size_t Values = Count + 1, std::size_t Reads = Count>
struct memory_plan {
    std::array<std::size_t, Values> buffer{};          ///< the number of the one that a value lies in
    std::array<std::size_t, Values> gradient_buffer{}; ///< the same for its gradient
    std::array<bool, Count + 1> fused{};  ///< layer i is done by the kernel of the layer before it
    std::array<bool, Count + 1> masked{}; ///< layer i's gradient does that of the relu before it
    std::array<bool, Reads> adds{}; ///< the gradient of an operand is added to what other readers left there
    std::array<planned_block, Values> activations{};       ///< by `buffer`
    std::array<planned_block, Values> gradients{};         ///< by `gradient_buffer`
    std::array<planned_block, Count> forward_scratches{};  ///< a layer's scratch, forwards
    std::array<planned_block, Count> backward_scratches{}; ///< the same, backwards
    std::array<planned_block, Count> saves{};              ///< what a layer's forward leaves for its backward
    std::array<planned_block, Count> addends{}; ///< a layer's gradient, until it is added to what is there
    std::size_t floats = 0;                     ///< of the whole workspace, parameter gradients not included

    /// The block that a value lies in.
    [[nodiscard]] constexpr const planned_block& activation(std::size_t value) const {
        return activations[buffer[value]];
    }
    /// The block that a value's gradient lies in.
    [[nodiscard]] constexpr const planned_block& gradient(std::size_t value) const {
        return gradients[gradient_buffer[value]];
    }
    /// The scratch of layer i, forwards.
    [[nodiscard]] constexpr const planned_block& forward_scratch(std::size_t i) const {
        return forward_scratches[i];
    }
    /// The scratch of layer i, backwards.
    [[nodiscard]] constexpr const planned_block& backward_scratch(std::size_t i) const {
        return backward_scratches[i];
    }
    /// What layer i leaves for its backward pass.
    [[nodiscard]] constexpr const planned_block& saved(std::size_t i) const { return saves[i]; }

    /// Calls f with each block.
    template <class Function>
    constexpr void for_each_block(Function&& f) {
        for (planned_block& block : activations) f(block);
        for (planned_block& block : gradients) f(block);
        for (planned_block& block : forward_scratches) f(block);
        for (planned_block& block : backward_scratches) f(block);
        for (planned_block& block : saves) f(block);
        for (planned_block& block : addends) f(block);
    }
};

namespace detail {

/// The plan's blocks in one list, for place_blocks, and their places taken over into the plan.
template <std::size_t Count, std::size_t Values, std::size_t Reads>
constexpr void place_blocks(memory_plan<Count, Values, Reads>& plan, std::size_t middle) {
    std::array<planned_block, 2 * Values + 4 * Count> blocks{};
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

/// Works out the plan of a network for `rows` samples at a time. Moments: layer i runs forwards at i, the loss at Count,
/// layer i backwards at 2 Count - i.
template <std::size_t Count, class Topology>
class planner {
    static constexpr std::size_t values = Topology::values;
    static constexpr std::size_t reads = Topology::operand_count;

public:
    using plan_type = memory_plan<Count, values, reads>;

    consteval planner(kind_list kinds, const layer_table<Count, values>& table, const Topology& graph,
                      std::size_t rows, bool train)
        : kinds_{kinds}, table_{table}, graph_{graph}, rows_{rows}, train_{train} {
        for (std::size_t i = 0; i < Count; ++i) {
            traits_[i] = kinds[i]->traits;
            // Layers that the backward pass never reaches want nothing of it.
            if (!reached(i)) traits_[i].backward_reads_input = traits_[i].backward_reads_output = false;
        }
        share_buffers();
        for (std::size_t v = 0; v < values; ++v) use_from(v);
        for (std::size_t i = 0; i < Count; ++i)
            if (table.needed[graph.written(i)]) use_by(i);
        if (train) find_additions();
        place_blocks(plan_, train ? Count : 2 * Count + 1);
    }

    [[nodiscard]] consteval plan_type plan() const { return plan_; }

private:
    /// Whether the backward pass goes through a layer.
    [[nodiscard]] constexpr bool reached(std::size_t i) const {
        const std::size_t out = graph_.written(i);
        return table_.hands_back[out] && table_.gradient_arrives[out];
    }
    /// Whether there is a gradient by a value: handed on through it, or the loss's own, whoever learns.
    [[nodiscard]] constexpr bool has_gradient(std::size_t v) const {
        return train_ && table_.gradient_arrives[v] && (table_.hands_back[v] || table_.is_output[v]);
    }

    /// Who shares a buffer with whom. A layer works in place if nobody else reads its input, neither forwards nor
    /// backwards.
    constexpr void share_buffers() {
        bool wanted[values]{}; // as it is, in the backward pass
        for (std::size_t v = 0; v < values; ++v) plan_.buffer[v] = plan_.gradient_buffer[v] = v;
        for (std::size_t i = 0; i < Count; ++i) {
            if (!table_.needed[graph_.written(i)]) continue;
            const std::size_t from = table_.source[i];
            const std::size_t out = graph_.written(i);
            const bool alone = table_.readers[table_.seen[from]] == 1;
            const bool follows = from + 1 == out && i > 0;
            const bool shares =
                traits_[i].output == storage::view ||
                (traits_[i].output == storage::in_place && alone && !(train_ && wanted[from]));
            if (shares) {
                plan_.buffer[out] = plan_.buffer[from];
                if (!traits_[i].stops_gradient) plan_.gradient_buffer[out] = plan_.gradient_buffer[from];
            }
            wanted[out] = traits_[i].backward_reads_output || (shares && wanted[from]);
            plan_.fused[i] = follows && shares && traits_[i].is_relu && traits_[i - 1].fuses_relu;
            plan_.masked[i] = follows && alone && traits_[i - 1].is_relu && traits_[i].fuses_relu_mask &&
                              plan_.buffer[from] == plan_.buffer[table_.source[i - 1]];
        }
    }

    // A block that is too large stays so, and its sums with others do not wrap.
    static constexpr std::size_t limited(std::size_t floats) {
        return floats > most_floats ? most_floats + 1 : floats;
    }
    [[nodiscard]] constexpr std::size_t floats_of(std::size_t v) const {
        return limited(multiply_sizes(rows_, row_stride(table_.shapes[v].count())));
    }

    static constexpr void use_until(planned_block& block, std::size_t moment) {
        block.last_use = std::max(block.last_use, moment);
    }

    /// A value's own blocks, from when they are filled.
    constexpr void use_from(std::size_t v) {
        if (!table_.needed[v]) return;
        const bool goes_in = graph_.goes_in(v);
        const std::size_t writer = goes_in ? 0 : v - Topology::inputs;
        planned_block& block = plan_.activations[plan_.buffer[v]];
        block.floats = std::max(block.floats, floats_of(v));
        if (plan_.buffer[v] == v) block.first_use = writer;
        use_until(block, writer);
        if (table_.shows_output[v]) use_until(block, Count); // the loss
        if (!has_gradient(v)) return;
        planned_block& gradient = plan_.gradients[plan_.gradient_buffer[v]];
        gradient.floats = std::max(gradient.floats, floats_of(v));
        if (table_.is_output[v]) gradient.first_use = Count;
        use_until(gradient,
                  goes_in ? 2 * Count + 1 : 2 * Count - writer); // read by the layer that wrote the value
    }

    /// What a layer reads, and what is its own.
    constexpr void use_by(std::size_t i) {
        const std::size_t back = 2 * Count - i;
        for (const std::size_t v : graph_.operands_of(i)) {
            planned_block& block = plan_.activations[plan_.buffer[v]];
            use_until(block, i);
            if (train_ && traits_[i].backward_reads_input) use_until(block, back);
            planned_block& gradient = plan_.gradients[plan_.gradient_buffer[v]];
            if (has_gradient(v) && table_.gradient_arrives[graph_.written(i)])
                gradient.first_use = gradient.first_use == 0 ? back : std::min(gradient.first_use, back);
        }
        if (train_ && traits_[i].backward_reads_output)
            use_until(plan_.activations[plan_.buffer[graph_.written(i)]], back);

        const extents& given = table_.given[i];
        const std::size_t scratch = limited(padded(kinds_[i]->scratch(given, rows_)));
        plan_.forward_scratches[i] = {scratch, i, i, 0};
        if (!train_) return;
        const bool returns = reached(i);
        plan_.backward_scratches[i] = {returns ? scratch : 0, back, back, 0};
        plan_.saves[i] = {limited(padded(kinds_[i]->saved(given, rows_))), i, returns ? back : i, 0};
    }

    /// Who is not the first to have a gradient for a value, on the way back: it is added to what is there. Joins do that
    /// themselves; of layers it lies in a block of its own until then.
    constexpr void find_additions() {
        bool filled[values]{};
        for (std::size_t v = 0; v < values; ++v)
            if (table_.is_output[v]) filled[plan_.gradient_buffer[v]] = true;
        for (std::size_t i = Count; i-- > 0;) {
            if (!table_.needed[graph_.written(i)] || !reached(i) || traits_[i].output == storage::view)
                continue;
            const bool in_place = plan_.buffer[graph_.written(i)] == plan_.buffer[table_.source[i]];
            for (std::size_t k = graph_.first[i + 1]; k-- > graph_.first[i];) {
                const std::size_t v = graph_.operands[k];
                if (!table_.hands_back[v]) continue;
                const bool first = k == graph_.first[i];
                plan_.adds[k] = filled[plan_.gradient_buffer[v]] && !(in_place && first);
                filled[plan_.gradient_buffer[v]] = true;
                if (plan_.adds[k] && graph_.operands_of(i).size() == 1)
                    plan_.addends[i] = {floats_of(v), 2 * Count - i, 2 * Count - i, 0};
            }
        }
    }

    kind_list kinds_;
    const layer_table<Count, values>& table_;
    const Topology& graph_;
    std::size_t rows_;
    bool train_;
    layer_traits traits_[Count]{};
    plan_type plan_{};
};

} // namespace detail

/// The plan of a network for Rows samples at a time, for training or inference.
template <any_network Net, std::size_t Rows, class Purpose>
inline constexpr auto memory_plan_of =
    detail::planner<Net::layer_count, std::remove_cvref_t<decltype(Net::topology)>>{
        detail::kinds_of<typename Net::layers>::values, Net::table, Net::topology, Rows,
        std::is_same_v<Purpose, training>}
        .plan();

} // namespace strata

#include "strata/meta/macros_back.hpp"
