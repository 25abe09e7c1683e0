// Passes of a team: forward, backward, accumulate and input_gradient.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/model/forward.hpp"
#include "strata/model/samples.hpp"
#include "strata/parallel/parts_for_shards.hpp"
#include "strata/parallel/shard_results.hpp"
#include "strata/parallel/team_class.hpp"
#include "strata/train/accumulate.hpp"
#include "strata/train/backward.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/loss_output.hpp"
#include "strata/train/output_gradient.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Throws std::invalid_argument if samples lie in a team's own memory.
template <class Team, class Samples>
void refuse_own_memory(const Team& work, const Samples& samples) {
    for_each_part(samples, [&](auto, const auto& rows) {
        if (rows.rows > 0 && work.overlaps(std::span{rows.data, 1}))
            raise<std::invalid_argument>("these samples lie in the team's own memory: copy them first");
    });
}
template <class Team, class Samples>
void begin_pass(Team& work, const Samples& samples) {
    refuse_own_memory(work, samples);
    if constexpr (Team::trains)
        work.begin_training_pass(samples.rows);
    else
        work.begin(samples.rows);
}

/// Puts a value of each row of a shard where all shards' are.
template <class Real>
void gather(const padded_rows<const Real>& from, const padded_rows<Real>& to) {
    std::copy_n(from.data, from.rows * from.stride, to.data);
}

/// Forward, loss and backward of each shard, without a step. `looked_at(shard, its samples, result)` may check what it
/// finds before the backward pass, and say that there is to be none.
template <class Arch, bool WantParameters, bool WantInput, class Model, class Team, class Loss, class Samples,
          class Targets, class Look>
shard_result<typename Team::network, Loss, real_of<Arch>>
run_passes(const Model& net, Team& work, const Loss& loss, const Samples& samples, const Targets& targets,
           const Look& looked_at) {
    using part = typename Team::network;
    begin_pass(work, samples);
    if (samples.rows == 0) return {};
    if constexpr (WantParameters) work.begin_gradients();
    const real_of<Arch>* weights = detail::weights_of<part>(net);
    const auto results = run_shards<Loss>(
        work, 3, [&](std::size_t, typename Team::shard& one, const row_range& rows, auto& result) {
            const auto own = samples.part(rows.first, rows.count);
            one.load(own);
            run_forward<Arch, true>(weights, one);
            result.outputs = detail::write_output_gradient<Arch>(one, loss, targets.part(rows));
            if (!looked_at(one, own, result)) return;
            add_up policy;
            result.terms = detail::run_backward<Arch, WantParameters, WantInput>(weights, one, loss, policy);
            if constexpr (WantInput)
                for (std::size_t k = 0; k < part::inputs.size(); ++k)
                    gather<real_of<Arch>>(one.input_gradient(k), work.input_gradient_rows(k, rows));
        });
    if constexpr (WantParameters) work.note_gradients();
    return sum_of_shards<Team, Loss>(results);
}

/// backward, and for a step a look at the gradient first.
template <class Arch, class Model, class Team, class Gradient>
void run_backward_of_shards(const Model& net, Team& work, const Gradient& output_gradient, bool checked) {
    using part = typename Team::network;
    work.check_not_moved();
    const parts_for_shards<Team, see_as_gradient<part>, Gradient> gradients{output_gradient, work.rows()};
    const real_of<Arch>* weights = detail::weights_of<part>(net);
    if (work.rows() == 0) return;
    const auto load = [&](typename Team::shard& one, const row_range& rows) {
        detail::load_output_gradient(one, gradients.part(rows));
    };
    const auto run = [&](typename Team::shard& one) {
        add_up policy;
        detail::run_backward<Arch, true, false>(weights, one, no_terms{}, policy);
    };
    if (checked) {
        const auto results = run_shards<no_terms>(
            work, 0, [&](std::size_t, typename Team::shard& one, const row_range& rows, auto& result) {
                load(one, rows);
                for (std::size_t k = 0; k < part::outputs.size(); ++k)
                    result.gradient_finite =
                        result.gradient_finite && rows_are_finite<Arch>(one.output_gradient(k));
            });
        if (!sum_of_shards<Team, no_terms>(results).gradient_finite) {
            work.clear_gradients();
            raise<std::runtime_error>(
                "the gradient of the loss by the network's output is not finite: no weight was changed");
        }
    }
    work.begin_gradients();
    run_shards<no_terms>(work, 2, [&](std::size_t, typename Team::shard& one, const row_range& rows, auto&) {
        if (!checked) load(one, rows);
        run(one);
    });
    work.note_gradients();
}

/// Where nobody looks.
struct no_look {
    template <class Shard, class Samples, class Result>
    bool operator()(const Shard&, const Samples&, const Result&) const {
        return true;
    }
};

} // namespace detail

/// forward in a team (see model/forward.hpp): the rows are valid until the team is used again. Throws as that does, and
/// std::invalid_argument for samples that lie in the team's own memory.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Purpose, class X>
auto forward(const model<Net, Real>& net, team<Part, Batch, Shards, Purpose, Real>& work, const X& x) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    using on = machine_of<Arch, Real>;
    constexpr bool trains = std::is_same_v<Purpose, training>;
    const auto& seen = detail::see_samples<Part, Real>(x);
    const auto& samples = detail::view_of(seen);
    detail::begin_pass(work, samples);
    const Real* weights = detail::weights_of<Part>(net);
    using none = no_terms;
    detail::run_shards<none>(work, 1, [&](std::size_t, auto& one, const detail::row_range& rows, auto&) {
        one.load(samples.part(rows.first, rows.count));
        detail::run_forward<on, trains>(weights, one);
        for (std::size_t k = 0; k < Part::outputs.size(); ++k)
            detail::gather<Real>(one.output(k), work.output_rows(k, rows));
    });
    for (std::size_t k = 0; k < Part::outputs.size(); ++k)
        detail::share_rows(work, work.output_rows(k, {0, work.rows()}));
    return detail::outputs_in(work);
}

/// backward in a team: goes back through the pass that forward made last in it.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Gradient>
void backward(const model<Net, Real>& net, team<Part, Batch, Shards, training, Real>& work,
              const Gradient& output_gradient) {
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    detail::run_backward_of_shards<machine_of<Arch, Real>>(net, work, output_gradient, false);
}

/// accumulate in a team: adds the gradients of this batch to those in the team, and returns the loss.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards, class Loss,
          class X, class Target>
Real accumulate(const model<Net, Real>& net, team<Part, Batch, Shards, training, Real>& work,
                const Loss& loss, const X& x, const Target& target) {
    using on = machine_of<Arch, Real>;
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Target>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    if constexpr (!detail::targets_fit<Part, Loss, Target>)
        return Real(0);
    else {
        const auto& seen = detail::see_samples<Part, Real>(x);
        const auto& samples = detail::view_of(seen);
        const detail::targets_for_shards<team<Part, Batch, Shards, training, Real>, Loss, Target> targets{
            target, samples.rows};
        const auto sum =
            detail::run_passes<on, true, false>(net, work, loss, samples, targets, detail::no_look{});
        return detail::sum_of_losses(sum.outputs) + static_cast<Real>(sum.terms.sum);
    }
}

/// input_gradient in a team: rows that are valid until the team is used again.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards, class Loss,
          class X, class Target>
auto input_gradient(const model<Net, Real>& net, team<Part, Batch, Shards, training, Real>& work,
                    const Loss& loss, const X& x, const Target& target) {
    using on = machine_of<Arch, Real>;
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Target>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    if constexpr (!Part::table.has_input_gradient)
        static_assert(sizeof(messages::input_gradient_behind_frozen_layers<Part>) > 0);
    const auto& seen = detail::see_samples<Part, Real>(x);
    const auto& samples = detail::view_of(seen);
    const detail::targets_for_shards<team<Part, Batch, Shards, training, Real>, Loss, Target> targets{
        target, samples.rows};
    const auto sum =
        detail::run_passes<on, false, true>(net, work, loss, samples, targets, detail::no_look{});
    for (std::size_t k = 0; k < Part::inputs.size(); ++k)
        detail::share_rows(work, work.input_gradient_rows(k, {0, work.rows()}));
    return detail::input_gradients_in(work,
                                      detail::sum_of_losses(sum.outputs) + static_cast<Real>(sum.terms.sum));
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
