// What the shards of a team come to in a pass, those of other ranks too.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/parallel/rank_link.hpp"
#include "strata/parallel/shards.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/train/loss_terms.hpp"
#include "strata/train/output_gradient.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <type_traits>

namespace strata::inline STRATA_TARGET::detail {

/// What a loss came to in one shard, as a part of the batch's mean.
template <class Net, class Loss, class Real>
struct shard_result {
    output_losses_of<Net, Real> outputs{};
    term_values<Loss> terms;
    bool failed = false;         ///< it threw
    bool samples_finite = true;  ///< looked at where a step asks
    bool gradient_finite = true; ///< that by the outputs
};

/// The same of all shards of a batch.
template <class Team, class Loss>
using shard_results =
    std::array<shard_result<typename Team::network, Loss, typename Team::real>, Team::shard_count>;

/// Hands what each rank's shards have in an array of all shards to the other ranks.
template <class Team, class T>
void share_of_shards(Team& work, T* each, std::size_t of_a_shard = 1) {
    if (work.link() == nullptr) return;
    static_assert(std::is_trivially_copyable_v<T>);
    const std::size_t ranks = work.link()->size(), own = Team::shard_count / ranks * of_a_shard * sizeof(T);
    std::array<rank_bytes, Team::shard_count> places{};
    for (std::size_t r = 0; r < ranks; ++r) places[r] = {r * own, own};
    work.link()->share(each, std::span{places.data(), ranks});
}

/// Hands the rows that each rank's shards have left in a block to the other ranks.
template <class Team>
void share_rows(Team& work, padded_rows<typename Team::real> block) {
    if (work.link() == nullptr) return;
    const std::size_t ranks = work.link()->size(), own = Team::shard_count / ranks;
    const std::size_t row = block.stride * sizeof(typename Team::real);
    std::array<rank_bytes, Team::shard_count> places{};
    for (std::size_t r = 0; r < ranks; ++r) {
        const std::size_t first = rows_of_shard(work.rows(), Team::shard_count, r * own).first;
        const row_range last = rows_of_shard(work.rows(), Team::shard_count, (r + 1) * own - 1);
        places[r] = {first * row, (last.first + last.count - first) * row};
    }
    work.link()->share(block.data, std::span{places.data(), ranks});
}

/// Runs f(number, workspace, rows, result) for each shard. Returns what they came to, those of other ranks too. Throws what
/// the first of them throws; of another rank's std::runtime_error. The team has no gradients then.
template <class Loss, class Team, class Function>
shard_results<Team, Loss> run_shards(Team& work, double passes, const Function& f) {
    shard_results<Team, Loss> results{};
    captured_error error;
    error.capture([&] {
        work.for_each_shard(passes, [&](std::size_t s, typename Team::shard& one, const row_range& rows) {
            results[s].failed = true;
            f(s, one, rows, results[s]);
            results[s].failed = false;
        });
    });
    share_of_shards(work, results.data());
    for (const auto& one : results)
        if (one.failed) {
            if constexpr (Team::trains) work.clear_gradients();
            if (error) error.rethrow();
            raise<std::runtime_error>("another rank fails in this step: its message says why");
        }
    return results;
}

/// The loss at each output, and the terms, of a batch.
template <class Team, class Loss>
shard_result<typename Team::network, Loss, typename Team::real>
sum_of_shards(const shard_results<Team, Loss>& results) {
    using real = typename Team::real;
    shard_result<typename Team::network, Loss, real> sum;
    for (std::size_t k = 0; k < sum.outputs.size(); ++k) {
        double all = 0;
        for (const auto& one : results) all += static_cast<double>(one.outputs[k]);
        sum.outputs[k] = static_cast<real>(all);
    }
    for (const auto& one : results) {
        sum.terms.add(one.terms);
        sum.samples_finite = sum.samples_finite && one.samples_finite;
        sum.gradient_finite = sum.gradient_finite && one.gradient_finite;
    }
    return sum;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
