// The loss of a model on any number of samples, by several threads.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/parallel/team_passes.hpp"
#include "strata/train/evaluate.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// evaluate_rows with the threads of a team: the same blocks of rows, added up in the same order.
template <class Part, class Arch, class Model, class Team, class Loss, class Samples, class Targets,
          class Observe = no_observer>
loss_values<Part, Loss> evaluate_in_team(const Model& net, Team& work, const Loss& loss,
                                         const Samples& samples, const Targets& targets,
                                         const Observe& observe = {}) {
    evaluation<Part, Arch, Loss> whole{net, loss, samples.rows};
    const std::size_t blocks = (samples.rows + whole.block - 1) / whole.block;
    std::vector<evaluated_block<Part, Arch, Loss>> each(std::min(work.thread_count(), blocks));
    for (std::size_t done = 0; done < blocks; done += each.size()) {
        const std::size_t now = std::min(each.size(), blocks - done);
        work.run(now, static_cast<double>(now * whole.block),
                 [&](std::size_t k) { whole.run(each[k], samples, done + k); });
        for (std::size_t k = 0; k < now; ++k) whole.add(each[k], targets, done + k, observe);
    }
    return whole.means();
}

} // namespace detail

/// evaluate with the threads of a team: (model, team, loss, samples, targets), with the bits of evaluate(model, loss,
/// samples, targets). Throws as that does.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Purpose, class Loss, class X, class Target>
Real evaluate(const model<Net, Real>& net, team<Part, Batch, Shards, Purpose, Real>& work, const Loss& loss,
              const X& x, const Target& target) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Target>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    using on = machine_of<Arch, Real>;
    const auto& seen_x = detail::see_samples<Part, Real>(x);
    const auto& seen_y = detail::see_targets<Part, Loss, Real>(target);
    const auto& samples = detail::view_of(seen_x);
    const auto& targets = detail::view_of(seen_y);
    detail::require_rows(samples, targets, "evaluate");
    detail::require_targets<Part, Loss, on>(targets);
    work.begin(0);
    if constexpr (!detail::losses_fit<Part, Loss>)
        return Real(0);
    else
        return static_cast<Real>(
            detail::evaluate_in_team<Part, on>(net, work, loss, samples, detail::in_any_kind<Real>(targets))
                .loss());
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
