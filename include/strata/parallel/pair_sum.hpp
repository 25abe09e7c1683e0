// The sum of what ranks have, each number by the tree of shards.hpp, so that it has the same bits for any number of ranks.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace strata::inline STRATA_TARGET::detail {

/// Adds up the numbers of ranks 0 to present - 1 of so many, a power of two; all ranks get the sum. First neighbours exchange,
/// then neighbouring pairs, and so on: at each level a rank keeps half of what it has and hands the other half to its
/// partner, so that each ends with its part of the whole sum; then all hand each other their parts. That is as little to
/// send as can be, 2 - 2 / ranks of the numbers. exchange(rank, out, in) sends some to a rank and receives others from it;
/// `memory` has room for half of the numbers, rounded up.
template <class Real, class Exchange>
void add_in_pairs(std::span<Real> numbers, std::size_t present, std::size_t rank, std::size_t ranks,
                  std::span<Real> memory, const Exchange& exchange) {
    struct part {
        std::size_t begin = 0;
        std::size_t count = 0;
    };
    std::array<part, 64> parts{}; // what this rank has at each level
    std::size_t level = 0;
    part own{0, numbers.size()};
    const auto halves = [](const part& whole, bool lower) {
        const std::size_t half = whole.count / 2;
        const part first{whole.begin, half}, second{whole.begin + half, whole.count - half};
        return lower ? std::array{first, second} : std::array{second, first};
    };
    const auto at = [&](const part& some) { return numbers.subspan(some.begin, some.count); };
    for (std::size_t distance = 1; distance < ranks; distance *= 2) {
        const bool lower = (rank & distance) == 0;
        const auto [kept, given] = halves(own, lower);
        const std::span<Real> sum = at(kept), in = memory.first(kept.count);
        exchange(rank ^ distance, std::span<const Real>{at(given)}, in);
        const std::size_t upper_half = (rank | distance) & ~(distance - 1); // its first rank
        if (upper_half < present) {
            kernels::add<machine_of<arch, Real>>(sum.size(), sum.data(), in.data(), sum.data());
        } else if (!lower) {
            std::copy(in.begin(), in.end(), sum.begin());
        }
        parts[level++] = own;
        own = kept;
    }
    for (std::size_t distance = ranks / 2; distance > 0; distance /= 2) {
        const auto [had, other] = halves(parts[--level], (rank & distance) == 0);
        exchange(rank ^ distance, std::span<const Real>{at(had)}, at(other));
    }
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
