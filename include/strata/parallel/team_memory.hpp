// What a team is made of: the shards' workspaces, and how their gradients are added up.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/workspace.hpp"
#include "strata/parallel/rank_link.hpp"
#include "strata/parallel/shards.hpp"
#include "strata/parallel/thread_pool.hpp"
#include "strata/tensor/arena.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// About how many multiplications a forward pass does for a sample.
template <class Net>
inline constexpr double operations_a_row = [] {
    double sum = 0;
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        const std::size_t values = Net::table.shapes[Net::topology.written(i)].count();
        const parameter_list parameters =
            kinds_of<typename Net::layers>::values[i]->parameters(Net::table.given[i]);
        sum += static_cast<double>(values);
        for (std::size_t k = 0; k < parameters.size; ++k)
            if (const parameter& p = parameters.items[k]; p.fan_in > 0)
                sum += static_cast<double>(p.count()) *
                       std::max(1.0, static_cast<double>(values) / static_cast<double>(p.columns()));
    }
    return sum;
}();

/// The memory of a team, and what verbs do with it.
template <any_network Net, sized_batch Batch, counted_shards Shards, class Purpose, real_number Real>
class team_memory {
public:
    using network = Net;
    using real = Real;
    /// The memory of one shard.
    using shard = workspace<Net, batch<(Batch::rows + Shards::count - 1) / Shards::count>, Purpose, Real>;
    static constexpr std::size_t capacity = Batch::rows;
    static constexpr std::size_t shard_count = Shards::count;
    static constexpr bool trains = std::is_same_v<Purpose, training>;

    /// Throws std::invalid_argument if it was moved from.
    void check_not_moved() const {
        if (!pool_) raise<std::invalid_argument>("this team was moved from: it has no memory to run in");
    }

    /// The gradients of the weights, of all shards together, as a workspace has them.
    [[nodiscard]] std::span<Real> parameter_gradients()
    requires trains
    {
        sum_gradients();
        return shards_[0].parameter_gradients();
    }
    [[nodiscard]] bool gradients_empty() const {
        check_not_moved();
        return present_ == 0;
    }
    void clear_gradients() {
        present_ = 0;
        summed_ = false;
        for (shard& one : shards_) one.clear_gradients();
    }

    /// Begins a pass over so many samples. Throws std::length_error if there are more than there is room for.
    void begin(std::size_t rows) {
        check_not_moved();
        if (rows > capacity) raise<std::length_error>({rows, " samples for a team of batch<", capacity, ">"});
        rows_ = rows;
        for (std::size_t k = 0; k < shards_.size(); ++k) {
            shards_[k].take_part({rows_of(k).first, rows});
            shards_[k].seed(seed_, pass_);
        }
    }
    /// The same for a pass of training, which draws numbers of its own, though it may throw.
    void begin_training_pass(std::size_t rows) {
        begin(rows);
        ++pass_;
    }

    /// Which rows of the batch this team's shard number k has.
    [[nodiscard]] row_range rows_of(std::size_t k) const {
        return rows_of_shard(rows_, shard_count, first_ + k);
    }
    /// How many of this team's shards have any.
    [[nodiscard]] std::size_t shards_at_work() const {
        const std::size_t all = std::min(rows_, shard_count);
        return all <= first_ ? 0 : std::min(all - first_, shards_.size());
    }
    [[nodiscard]] std::size_t first_shard() const { return first_; }
    [[nodiscard]] shard& shard_at(std::size_t k) { return shards_[k]; }
    [[nodiscard]] rank_link* link() const { return link_; }

    /// Calls f(number, workspace, rows) for each shard that has any, `passes` times as much work as a forward pass. Throws
    /// what the first of them throws.
    template <class Function>
    void for_each_shard(double passes, Function&& f) {
        const std::size_t count = shards_at_work();
        const auto one = [&](std::size_t k) { f(first_ + k, shards_[k], rows_of(k)); };
        run_if(passes > 1 ? training_pays() : forward_pays(static_cast<double>(rows_)), count, one);
    }

    /// Calls f(i) for i = 0, ..., count - 1, together so many forward passes of a sample.
    template <class Function>
    void run(std::size_t count, double samples, Function&& f) {
        run_if(forward_pays(samples), count, f);
    }

    /// Before a backward pass: shards add to the gradients that they have.
    void begin_gradients() {
        if (summed_ && first_ > 0) shards_[0].clear_gradients(); // the sum is in rank 0's alone
        summed_ = false;
    }
    /// After it.
    void note_gradients() { present_ = std::max(present_, std::min(rows_, shard_count)); }

    /// What the shards' gradients add up to: calls f(begin, count, sums) for pieces of them, side by side.
    template <class Function>
    void for_each_gradient_sum(const Function& f)
    requires trains
    {
        if (link_ != nullptr) sum_gradients();
        const auto blocks = gradient_blocks();
        in_parts_of_gradients([&](std::size_t begin, std::size_t end) {
            if (summed_)
                f(begin, end - begin, blocks[0] + begin);
            else
                for_each_sum<machine_of<arch, Real>, shard_count>(blocks_of(blocks), present_here(), begin,
                                                                  end, f);
        });
    }
    /// Adds them up, into the first's, unless that was done.
    void sum_gradients()
    requires trains
    {
        check_not_moved();
        if (summed_ || present_ == 0) return;
        const auto blocks = gradient_blocks();
        in_parts_of_gradients([&](std::size_t begin, std::size_t end) {
            for_each_sum<machine_of<arch, Real>, shard_count>(
                blocks_of(blocks), present_here(), begin, end,
                [&](std::size_t first, std::size_t count, const Real* sums) {
                    if (sums != blocks[0] + first) std::copy_n(sums, count, blocks[0] + first);
                });
        });
        if (link_ != nullptr)
            link_->add(std::span{blocks[0], Net::gradient_floats},
                       (present_ + shards_.size() - 1) / shards_.size());
        for (std::size_t k = 1; k < shards_.size(); ++k) shards_[k].clear_gradients();
        shards_[0].note_gradients();
        summed_ = true;
        present_ = 1;
    }

    /// Where shards leave their outputs, and their samples' gradients.
    [[nodiscard]] padded_rows<Real> output_rows(std::size_t k, row_range rows) {
        return part(outputs_[k], Net::outputs[k].count(), rows);
    }
    [[nodiscard]] padded_rows<Real> input_gradient_rows(std::size_t k, row_range rows) {
        return part(input_gradients_[k], Net::inputs[k].count(), rows);
    }

private:
    // Below so much work one thread does it sooner than several have agreed on it, and have handed each other what they
    // changed, which is as long as doing so many multiplications (bench/record/2026-11-27-threads.txt).
    static constexpr double worth_threads = 500'000; // of a forward pass
    static constexpr double worth_training = std::min(900'000.0 + 10.0 * Net::gradient_floats, 4'000'000.0);
    static constexpr double worth_adding = 32'000; // floats of gradients
    [[nodiscard]] bool forward_pays(double samples) const {
        return pool_->pays(samples * operations_a_row<Net>, worth_threads);
    }
    [[nodiscard]] bool training_pays() const {
        return pool_->pays(3 * static_cast<double>(rows_) * operations_a_row<Net>, worth_training);
    }

    template <class Function>
    void run_if(bool threads_pay, std::size_t count, const Function& f) {
        if (threads_pay)
            pool_->run(count, f);
        else
            for (std::size_t i = 0; i < count; ++i) f(i);
    }

protected:
    /// With ranks that have the other shards.
    team_memory(threads wanted, rank_link* link)
        : first_{link == nullptr ? 0 : link->rank() * (shard_count / link->size())},
          link_{link},
          shards_(link == nullptr ? shard_count : shard_count / link->size()) {
        if (wanted.count == 0) wanted.count = available_cpus();
        wanted.count = std::min(wanted.count, shards_.size());
        pool_ = std::make_unique<thread_pool>(wanted);
        for (std::size_t k = 0; k < outputs_.size(); ++k)
            outputs_[k] = basic_arena<Real>{capacity * row_stride(Net::outputs[k].count())};
        if constexpr (trains && Net::table.has_input_gradient)
            for (std::size_t k = 0; k < input_gradients_.size(); ++k)
                input_gradients_[k] = basic_arena<Real>{capacity * row_stride(Net::inputs[k].count())};
    }

    [[nodiscard]] std::array<Real*, shard_count> gradient_blocks() {
        std::array<Real*, shard_count> blocks{};
        for (std::size_t k = 0; k < shards_.size(); ++k) blocks[k] = shards_[k].parameter_gradients().data();
        return blocks;
    }
    [[nodiscard]] std::span<Real* const> blocks_of(const std::array<Real*, shard_count>& all) const {
        return {all.data(), shards_.size()};
    }
    /// How many of these shards have gradients.
    [[nodiscard]] std::size_t present_here() const {
        return present_ <= first_ ? 0 : std::min(present_ - first_, shards_.size());
    }
    template <class Function>
    void in_parts_of_gradients(const Function& f) {
        constexpr std::size_t floats = Net::gradient_floats, line = floats_per_line, lines = floats / line;
        const std::size_t parts = std::min(lines, pool_->size());
        if (parts == 0 || !training_pays() || !pool_->pays(static_cast<double>(floats), worth_adding))
            return f(0, floats);
        pool_->run(parts,
                   [&](std::size_t k) { f(lines * k / parts * line, lines * (k + 1) / parts * line); });
    }
    static padded_rows<Real> part(basic_arena<Real>& block, std::size_t width, row_range rows) {
        return {block.data() + rows.first * row_stride(width), rows.count, width};
    }

    std::size_t first_ = 0; // the number of its first shard
    rank_link* link_ = nullptr;
    std::vector<shard> shards_;
    std::array<basic_arena<Real>, Net::outputs.size()> outputs_;
    std::array<basic_arena<Real>, Net::inputs.size()> input_gradients_;
    std::size_t rows_ = 0;
    strata::seed seed_{};
    std::uint64_t pass_ = 0;
    std::size_t present_ =
        0; // of the batch's shards, those that have gradients; the sum alone is the first's
    bool summed_ = false;
    std::unique_ptr<thread_pool> pool_;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
