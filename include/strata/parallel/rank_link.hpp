// What a team asks of those that hold the other shards of its batches, in other processes: see mpi.hpp.
#pragma once

#include "strata/meta/macros_away.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// Bytes of one rank in a block that all ranks have.
struct rank_bytes {
    std::size_t offset = 0;
    std::size_t count = 0;
};

/// The ranks of a run, which call the same functions in the same order. Rank r of R has shards r S / R to (r + 1) S / R - 1.
class rank_link {
public:
    rank_link() = default;
    rank_link(const rank_link&) = delete;
    rank_link& operator=(const rank_link&) = delete;
    virtual ~rank_link() = default;

    [[nodiscard]] virtual std::size_t rank() const = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;
    /// Each rank's bytes of the block to all others.
    virtual void share(void* block, std::span<const rank_bytes> of_ranks) = 0;
    /// Adds up the numbers of ranks 0 to present - 1, of which each has a part of the tree; all ranks get the sum.
    virtual void add(std::span<float> numbers, std::size_t present) = 0;
    virtual void add(std::span<double> numbers, std::size_t present) = 0;
    /// Throws std::runtime_error unless all ranks say the same: what a team is made of, and where it stands.
    virtual void check_same(std::string_view what, std::span<const std::byte> bytes) = 0;
};

} // namespace strata::inline STRATA_TARGET::detail

#include "strata/meta/macros_back.hpp"
