// Threads that train one network together: the class. team.hpp has what they do.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/parallel/team_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// What several threads need in order to run one network (or slice) on up to Batch samples at a time: a workspace for each
/// of its shards, into which a batch is cut as evenly as can be. It takes the place of a workspace in forward, backward,
/// accumulate, input_gradient, train_step, backward_step, fit and predict(net, work, x, out), and that of a model's own
/// memory in predict(net, team, x) and evaluate(net, team, loss, x, y).
///
/// The number of shards is a part of the results, that of threads is not: with 1, 2 or 16 threads all bits are the same, and
/// with shards<1> they are a workspace's. Losses are means over the whole batch, samples draw their noise by their number in
/// it, and the shards' gradients are added up in pairs. batch_norm alone sees a shard: it normalises by the shard's own
/// mean and variance, and its running statistics follow the mean of the shards'.
///
///     team<denoiser, batch<256>, shards<8>> work;   // as many threads as there are CPUs for this process, at most 8
///     fit(net, work, opt, mse{}, x, y, {.epochs = 20});
///
/// All memory is taken, and all threads are started, at construction; after that nothing allocates but what allocates with a
/// workspace. Work that is too small for several threads is done by the caller's alone. One thread at a time uses a team;
/// teams that are used side by side, in threads of the program's own, share the CPUs.
template <any_network Net, detail::sized_batch Batch, detail::counted_shards Shards, class Purpose = training,
          real_number Real = float>
class team : public detail::team_memory<Net, Batch, Shards, Purpose, Real> {
    static_assert(Shards::count <= Batch::rows, "strata: a team cuts a batch into shards of at least one "
                                                "sample each: batch<n>, and at most shards<n>");
    using memory = detail::team_memory<Net, Batch, Shards, Purpose, Real>;

public:
    using team_type = team; ///< also of what is derived from it
    using typename memory::shard;
    /// As many threads as there are CPUs for this process, at most one a shard, unless a number is given.
    explicit team(threads wanted = {}) : team{wanted, nullptr} {}

    /// What was moved from throws std::invalid_argument when it is to run, and has 0 rows().
    team(team&&) noexcept = default;
    /// The same; one that is moved to itself stays as it was.
    team& operator=(team&& other) noexcept {
        if (this != &other) memory::operator=(std::move(other));
        return *this;
    }
    team(const team&) = delete;            // make another
    team& operator=(const team&) = delete; // make another
    ~team() = default;

    /// How many threads compute, the caller's included; 0 once the team was moved from.
    [[nodiscard]] std::size_t thread_count() const { return this->pool_ ? this->pool_->size() : 0; }
    /// How many samples the last pass had.
    [[nodiscard]] std::size_t rows() const { return this->pool_ ? this->rows_ : 0; }
    /// Memory in bytes, weights' gradients included.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const shard& one : this->shards_) sum += one.bytes();
        for (const auto& block : this->outputs_) sum += block.bytes();
        for (const auto& block : this->input_gradients_) sum += block.bytes();
        return sum;
    }

    /// As a workspace's: starts the random numbers of dropout, gaussian_noise and sample_gaussian anew.
    void seed(strata::seed s, std::uint64_t passes = 0) {
        this->seed_ = s;
        this->pass_ = passes;
    }
    /// How many passes have drawn theirs.
    [[nodiscard]] std::uint64_t passes() const { return this->pass_; }
    /// The next pass draws the numbers of the last one once more.
    void repeat_noise() { --this->pass_; }

    /// What forward brought out, of all shards: of several outputs number k.
    [[nodiscard]] padded_rows<const Real> output(std::size_t k = 0) const {
        return {this->outputs_[k].data(), rows(), Net::outputs[k].count()};
    }
    /// What input_gradient did.
    [[nodiscard]] padded_rows<const Real> input_gradient(std::size_t k = 0) const
    requires memory::trains
    {
        return {this->input_gradients_[k].data(), rows(), Net::inputs[k].count()};
    }

    /// Whether one of these numbers is in the team's memory.
    template <class Number>
    [[nodiscard]] bool overlaps(std::span<Number> numbers) const {
        const auto in = [&](const auto& block) { return detail::overlaps(block.span(), numbers); };
        return std::any_of(this->shards_.begin(), this->shards_.end(),
                           [&](const shard& one) { return one.overlaps(numbers); }) ||
               std::any_of(this->outputs_.begin(), this->outputs_.end(), in) ||
               std::any_of(this->input_gradients_.begin(), this->input_gradients_.end(), in);
    }

protected:
    /// With ranks that have the other shards.
    team(threads wanted, detail::rank_link* link) : memory{wanted, link} {}
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
