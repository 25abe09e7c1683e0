// Steps of training of a team: train_step, backward_step and clip_gradients.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/parallel/team_passes.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/clip_gradients.hpp"
#include "strata/train/train_step.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// What a step looks at in a shard before its backward pass: at its samples, its loss, and the gradient by its outputs.
template <class Arch>
struct look_at_all {
    template <class Shard, class Samples, class Result>
    bool operator()(Shard& one, const Samples& samples, Result& result) const {
        result.samples_finite =
            !find_bad_samples<Arch>(samples, [](const std::string&, const std::string&) {});
        for (std::size_t k = 0; k < result.outputs.size(); ++k)
            result.gradient_finite = result.gradient_finite && rows_are_finite<Arch>(one.output_gradient(k));
        return result.samples_finite && result.gradient_finite &&
               kernels::is_finite<Arch>(sum_of_losses(result.outputs));
    }
};

} // namespace detail

/// train_step in a team, with the same bits for any number of threads. Throws as train_step does in a workspace; nothing
/// has changed then, and the team has no gradients.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Optimizer, class Loss, class X, class Target>
Real train_step(model<Net, Real>& net, team<Part, Batch, Shards, training, Real>& work, Optimizer& optimizer,
                const Loss& loss, const X& x, const Target& target) {
    using on = machine_of<Arch, Real>;
    using team_type = team<Part, Batch, Shards, training, Real>;
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Target>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
    if constexpr (!detail::optimizer_fits<Optimizer, Net> || !detail::targets_fit<Part, Loss, Target>) {
        return Real(0);
    } else {
        detail::require_optimizer_of(optimizer, net);
        const auto& seen = detail::see_samples<Part, Real>(x);
        const auto& samples = detail::view_of(seen);
        const detail::targets_for_shards<team_type, Loss, Target> targets{target, samples.rows};
        const auto sum =
            detail::run_passes<on, true, false>(net, work, loss, samples, targets, detail::look_at_all<on>{});
        if (work.rows() > 0) {
            if (!sum.samples_finite) {
                work.repeat_noise(); // a workspace looks at them before it draws any
                detail::find_bad_samples<on>(samples, [&](const std::string& bad, const std::string& which) {
                    detail::refuse_step(work, {"the ", which, " have ", bad, " (both from 0)"});
                });
            }
            const Real value = detail::sum_of_losses(sum.outputs);
            detail::require_finite_loss<on>(work, value);
            if (!sum.gradient_finite)
                detail::refuse_step(work, {"the gradient of the loss by the network's output is not finite"});
            const Real all = value + static_cast<Real>(sum.terms.sum);
            if constexpr (detail::has_terms<Loss>) detail::require_finite_loss<on>(work, all);
            detail::make_step<on>(net, work, optimizer);
            return all;
        }
        detail::make_step<on>(net, work, optimizer);
        return Real(0);
    }
}

/// backward_step in a team: backward from this gradient of the output, then the optimizer's step.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Optimizer, class Gradient>
void backward_step(model<Net, Real>& net, team<Part, Batch, Shards, training, Real>& work,
                   Optimizer& optimizer, const Gradient& output_gradient) {
    using on = machine_of<Arch, Real>;
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
    if constexpr (detail::optimizer_fits<Optimizer, Net>) {
        detail::require_optimizer_of(optimizer, net);
        detail::run_backward_of_shards<on>(net, work, output_gradient, true);
        detail::make_step<on>(net, work, optimizer);
    }
}

/// clip_gradients of a team's gradients, all shards together.
template <class Arch = arch, any_network Net, class Batch, class Shards, class Real>
float clip_gradients(team<Net, Batch, Shards, training, Real>& work, float norm) {
    work.sum_gradients();
    return clip_gradients<Arch>(work.shard_at(0), norm);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
