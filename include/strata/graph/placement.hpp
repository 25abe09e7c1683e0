// Where blocks of a workspace lie, such that those that live at the same time do not overlap. All at compile time.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace strata::inline STRATA_TARGET {

/// A block of the workspace, which holds something from one moment to another (both included).
struct planned_block {
    std::size_t floats = 0;    ///< 0: there is no such block
    std::size_t first_use = 0; ///< the moment at which it is filled
    std::size_t last_use = 0;  ///< the last moment at which it is read
    std::size_t offset = 0;    ///< floats from the workspace's first
};

namespace detail {

/// The moment at which most floats live, and how many these are.
struct liveness_peak {
    std::size_t moment = 0, floats = 0;
};

template <std::size_t Last>
constexpr liveness_peak find_peak(std::span<const planned_block> blocks) {
    std::size_t begins[Last + 2]{}; // compilers count calls of std::array
    std::size_t ends[Last + 2]{};
    for (const planned_block& block : blocks) {
        begins[block.first_use] += block.floats;
        ends[block.last_use + 1] += block.floats;
    }
    liveness_peak peak;
    std::size_t sum = 0;
    for (std::size_t moment = 0; moment <= Last; ++moment) {
        sum += begins[moment];
        sum -= ends[moment];
        if (sum > peak.floats) peak = {moment, sum};
    }
    return peak;
}

} // namespace detail

/// The largest sum of blocks that live at one moment: no plan can take less. Moments are at most Last.
template <std::size_t Last>
constexpr std::size_t liveness_bound(std::span<const planned_block> blocks) {
    return detail::find_peak<Last>(blocks).floats;
}

namespace detail {

/// Gives the blocks places in this order, each as low as it can without overlapping one that lives at the
/// same time. Returns the floats that all of them take.
template <std::size_t Most>
constexpr std::size_t place_in_order(std::span<planned_block> blocks, std::span<const std::size_t> order) {
    planned_block upwards[Most]{}; // those that have a place, lowest first
    std::size_t total = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        planned_block block = blocks[order[i]];
        block.offset = 0;
        for (std::size_t j = 0; j < i; ++j) {
            const planned_block& other = upwards[j];
            if (block.first_use > other.last_use || other.first_use > block.last_use) continue;
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

/// Blocks by moment: first[moment], next[that], and so on until `none`.
template <std::size_t Most, std::size_t Last>
struct block_lists {
    static constexpr std::size_t none = Most;
    std::size_t first[Last + 1];
    std::size_t next[Most]{};

    constexpr block_lists() { std::fill_n(first, Last + 1, none); }
    constexpr void add(std::size_t block, std::size_t moment) {
        next[block] = first[moment];
        first[moment] = block;
    }
};

/// Gives the blocks places in the time that one look at each takes. Those that live at the middle moment (saved for
/// the backward pass) are stacked, the last to be used lowest. The others live before or after it: in the order of
/// their first use they lie above what is stacked then, from the lower end of the free floats and from the upper end in
/// turn, where their neighbours in time are not. Returns the floats that all of them take.
template <std::size_t Most, std::size_t Last>
class placement_by_time {
public:
    constexpr placement_by_time(std::span<planned_block> blocks, std::size_t middle)
        : blocks_{blocks}, middle_{middle} {
        stack();
        top_ = liveness_bound<Last>(blocks);
        block_lists<Most, Last> begins;
        for (std::size_t i = blocks.size(); i-- > 0;)
            if (!spans_middle(blocks[i])) begins.add(i, blocks[i].first_use);
        for (std::size_t moment = 0; moment <= Last; ++moment)
            for (std::size_t i = begins.first[moment]; i != begins.none; i = begins.next[i]) place(blocks[i]);
    }

    [[nodiscard]] constexpr std::size_t floats() const { return total_; }

private:
    [[nodiscard]] constexpr bool spans_middle(const planned_block& block) const {
        return block.first_use < middle_ && block.last_use > middle_;
    }

    constexpr void stack() {
        block_lists<Most, Last> ends;
        for (std::size_t i = blocks_.size(); i-- > 0;)
            if (spans_middle(blocks_[i])) ends.add(i, blocks_[i].last_use);
        for (std::size_t moment = Last + 1; moment-- > 0;)
            for (std::size_t i = ends.first[moment]; i != ends.none; i = ends.next[i]) {
                planned_block& block = blocks_[i];
                block.offset = total_;
                total_ += block.floats;
                stacked_[block.first_use] = std::max(stacked_[block.first_use], total_);
                stacked_[block.last_use] = std::max(stacked_[block.last_use], total_);
            }
        for (std::size_t moment = 1; moment <= middle_; ++moment)
            stacked_[moment] = std::max(stacked_[moment], stacked_[moment - 1]);
        for (std::size_t moment = Last; moment-- > middle_;)
            stacked_[moment] = std::max(stacked_[moment], stacked_[moment + 1]);
    }

    /// Finds the lowest free floats for a block among those that live with it, which are in upwards_.
    constexpr void place(planned_block& block) {
        const std::size_t floor = stacked_[block.first_use < middle_ ? block.last_use : block.first_use];
        std::size_t living = 0;
        for (std::size_t i = 0; i < count_; ++i)
            if (blocks_[upwards_[i]].last_use >= block.first_use) upwards_[living++] = upwards_[i];
        count_ = living;
        std::size_t at = 0;
        std::size_t begin = floor;
        std::size_t end = top_;
        for (;; ++at) {
            end = at < count_ ? blocks_[upwards_[at]].offset : std::max(top_, begin + block.floats);
            if (begin + block.floats <= end) break;
            const planned_block& other = blocks_[upwards_[at]];
            begin = std::max(begin, other.offset + other.floats);
        }
        // In between, the upper end leaves what is free in one piece.
        block.offset = begin == floor ? begin : end - block.floats;
        total_ = std::max(total_, block.offset + block.floats);
        for (std::size_t i = count_++; i > at; --i) upwards_[i] = upwards_[i - 1];
        upwards_[at] = static_cast<std::size_t>(&block - blocks_.data());
    }

    std::span<planned_block> blocks_;
    std::size_t middle_;
    std::size_t top_ = 0;
    std::size_t total_ = 0;
    std::size_t stacked_[Last + 1]{}; ///< where what is stacked ends at a moment
    std::size_t upwards_[Most]{};     ///< the blocks of now that are not stacked, lowest first
    std::size_t count_ = 0;
};

/// A type of its own, so that std::sort is compiled once for plans of any size.
struct higher_rank {
    const std::uint64_t* rank;
    constexpr bool operator()(std::size_t a, std::size_t b) const {
        return rank[a] != rank[b] ? rank[a] > rank[b] : a < b;
    }
};

/// How many other orders are tried: compilers have limits, which place_in_order reaches soon.
constexpr std::size_t orders_for(std::size_t blocks) { return blocks <= 256 ? 6 : blocks <= 448 ? 1 : 0; }

} // namespace detail

/// Gives every block a place such that no two that live at the same time overlap: the best of several orders, of fewer
/// if there are many blocks. Moments are at most Last; most blocks live at the middle one, or near to one another.
/// Returns the floats that all of them take.
template <std::size_t Last, std::size_t Most>
constexpr std::size_t place_blocks(std::array<planned_block, Most>& blocks, std::size_t used,
                                   std::size_t middle) {
    const std::span<planned_block> all{blocks.data(), used};
    std::size_t least = detail::placement_by_time<Most, Last>{all, middle}.floats();
    // 64 bits on 32-bit machines, too: near_the_peak needs them.
    using rank_type = std::uint64_t;
    using key = rank_type (*)(const planned_block&, std::size_t peak);
    constexpr key largest = [](const planned_block& b, std::size_t) { return rank_type{b.floats}; };
    constexpr key longest_used = [](const planned_block& b, std::size_t) {
        return rank_type{b.last_use - b.first_use};
    };
    constexpr key largest_and_longest = [](const planned_block& b, std::size_t) {
        return rank_type{b.floats} * (b.last_use - b.first_use + 1);
    };
    constexpr key first_used = [](const planned_block& b, std::size_t) { return ~rank_type{b.first_use}; };
    constexpr key last_used = [](const planned_block& b, std::size_t) { return rank_type{b.last_use}; };
    // Those of the moment at which most live, then those before and after it, of as near ones the largest.
    constexpr key near_the_peak = [](const planned_block& b, std::size_t peak) {
        const std::size_t away = b.first_use > peak ? b.first_use - peak : peak - std::min(peak, b.last_use);
        return rank_type{Last - away} << 48 | std::min(rank_type{b.floats}, (rank_type{1} << 48) - 1);
    };
    const detail::liveness_peak peak = detail::find_peak<Last>(all);
    constexpr key keys[]{largest_and_longest, largest, longest_used, first_used, last_used, near_the_peak};
    for (std::size_t k = 0; k < detail::orders_for(used) && least > peak.floats; ++k) {
        std::array<std::size_t, Most> order{};
        std::array<rank_type, Most> rank{};
        for (std::size_t i = 0; i < used; ++i) {
            order[i] = i;
            rank[i] = keys[k](blocks[i], peak.moment);
        }
        std::sort(order.data(), order.data() + used, detail::higher_rank{rank.data()});
        std::array<planned_block, Most> placed = blocks;
        const std::size_t total = detail::place_in_order<Most>({placed.data(), used}, {order.data(), used});
        if (total < least) {
            least = total;
            blocks = placed;
        }
    }
    return least;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
