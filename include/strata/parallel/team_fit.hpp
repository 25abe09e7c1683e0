// fit in a team.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/parallel/team_evaluate.hpp"
#include "strata/parallel/team_steps.hpp"
#include "strata/train/fit.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>

namespace strata::inline STRATA_TARGET {

namespace detail {

template <class Part, class Batch, class Shards, class Real>
struct fit_in<team<Part, Batch, Shards, training, Real>> {
    using part = Part;
    using work_type = team<Part, Batch, Shards, training, Real>;
    using shard_type = typename work_type::shard;

    /// Shards whose gradients' squares add up to less have a finite sum.
    static constexpr double largest_square = [] {
        constexpr double largest =
            std::min<double>(std::numeric_limits<Real>::max(), 1e150) / (2 * Shards::count);
        return largest * largest;
    }();

    template <class Arch, class Model, class Optimizer, class Loss, class Batch_>
    static step_outcome<part, Loss, Real> step(Model& net, work_type& work, Optimizer& optimizer,
                                               const Loss& loss, const Batch_& batch,
                                               const std::optional<float>& norm, metric_sums* metrics) {
        begin_pass(work, batch.x);
        work.begin_gradients();
        const Real* weights = detail::weights_of<part>(net);
        const auto go_forward = [&](shard_type& one, const row_range& rows, auto& result) {
            const auto own = batch.x.part(rows.first, rows.count);
            result.samples_finite =
                !detail::find_bad_samples<Arch>(own, [](const std::string&, const std::string&) {});
            one.load(own);
            detail::run_forward<Arch, true>(weights, one);
        };
        const auto find_loss = [&](shard_type& one, const row_range& rows, auto& result,
                                   const auto& observe) {
            result.outputs =
                detail::write_output_gradient<Arch>(one, loss, batch.y.part(rows.first, rows.count), observe);
        };
        const auto go_back = [&](shard_type& one, auto& result) {
            add_up policy;
            result.terms = detail::run_backward<Arch, true, false>(weights, one, loss, policy);
            const std::span<Real> gradients = one.parameter_gradients();
            result.gradient_finite = kernels::sum_of_squares<Arch>(gradients.size(), gradients.data()) <
                                     largest_square; // which a NaN is not
        };
        shard_results<work_type, Loss> results;
        if (metrics == nullptr || metrics->size() == 0) {
            results = run_shards<Loss>(
                work, 3, [&](std::size_t, shard_type& one, const row_range& rows, auto& result) {
                    go_forward(one, rows, result);
                    find_loss(one, rows, result, no_observer{});
                    go_back(one, result);
                });
        } else {
            results = run_shards<Loss>(work, 1,
                                       [&](std::size_t, shard_type& one, const row_range& rows,
                                           auto& result) { go_forward(one, rows, result); });
            measure_in_order<Arch>(work, *metrics,
                                   [&](std::size_t s, shard_type& one, const row_range& rows,
                                       const auto& observe) { find_loss(one, rows, results[s], observe); });
            const auto behind = run_shards<Loss>(
                work, 2, [&](std::size_t s, shard_type& one, const row_range&, auto& result) {
                    result.outputs = results[s].outputs;
                    result.samples_finite = results[s].samples_finite;
                    go_back(one, result);
                });
            results = behind;
        }
        const auto sum = sum_of_shards<work_type, Loss>(results);
        work.note_gradients();
        step_outcome<part, Loss, Real> step;
        step.outputs = sum.outputs;
        step.terms = sum.terms;
        step.loss = detail::sum_of_losses(step.outputs) + static_cast<Real>(step.terms.sum);
        step.finite = kernels::is_finite<Arch>(step.loss) && sum.samples_finite;
        if (!sum.gradient_finite) { // in a shard, or perhaps in the sum
            const auto gradients = work.parameter_gradients();
            step.finite = step.finite && kernels::all_finite<Arch>(gradients.size(), gradients.data());
        }
        if (!step.finite) return step;
        if (norm) clip_gradients<Arch>(work, *norm);
        detail::make_step<Arch>(net, work, optimizer);
        return step;
    }

    /// In the first shard that has one.
    template <class Arch, class Model, class Loss, class Samples, class Targets, class Find = find_in_loss>
    static found_cause cause(const Model& net, work_type& work, const Loss& loss, const Samples& x,
                             const Targets& y, const Find& find = {}) {
        found_cause in_gradients =
            detail::find_cause_in_gradients<Arch, part>(work.parameter_gradients().data());
        work.begin_training_pass(x.rows);
        for (std::size_t k = 0; k < work.shards_at_work(); ++k) {
            const row_range rows = work.rows_of(k);
            found_cause found = find.template operator()<Arch>(
                net, work.shard_at(k), loss, x.part(rows.first, rows.count), y.part(rows.first, rows.count));
            if (!found.text.empty()) return found;
        }
        if (work.link() != nullptr)
            return {in_gradients.stage, 0, "the shards of this rank have no cause of their own"};
        return in_gradients;
    }

    template <class Arch, class Model, class Loss>
    static std::optional<loss_values<part, Loss>> measure(const Model& net, work_type& work, const Loss& loss,
                                                          const held_out<part, real_of<Arch>>& held,
                                                          metric_sums& metrics) {
        if (held.rows() == 0) return {};
        return evaluate_in_team<part, Arch>(
            net, work, loss, held.x, held.y,
            [&](std::size_t k, const rows_of<Arch>& y, const rows_of<Arch>& targets) {
                metrics.add<Arch>(k, y, targets);
            });
    }

private:
    /// Calls f(shard's number, workspace, rows, observe) for each shard in order, in this thread, and adds what the metrics
    /// observe, those of other ranks at their places.
    template <class Arch, class Function>
    static void measure_in_order(work_type& work, metric_sums& metrics, const Function& f) {
        const std::size_t count = metrics.size();
        const std::span<double> room = metrics.room(count * (1 + work_type::shard_count));
        const std::span<double> sums = room.first(count), each = room.subspan(count);
        std::copy(metrics.sums().begin(), metrics.sums().end(), sums.begin());
        for (std::size_t k = 0; k < work.shards_at_work(); ++k) {
            const std::size_t s = work.first_shard() + k;
            metrics.clear();
            f(s, work.shard_at(k), work.rows_of(k),
              [&](std::size_t output, const rows_of<Arch>& y, const rows_of<Arch>& targets) {
                  metrics.add<Arch>(output, y, targets);
              });
            std::copy(metrics.sums().begin(), metrics.sums().end(),
                      each.begin() + static_cast<std::ptrdiff_t>(s * count));
        }
        share_of_shards(work, each.data(), count);
        for (std::size_t i = 0; i < each.size(); ++i) sums[i % count] += each[i];
        metrics.go_on(sums);
    }
};

} // namespace detail

/// fit in a team (see train/fit.hpp): with the same bits for any number of threads, metrics and validation data included.
/// options.batch_size is that of the whole batch.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Shards,
          class Optimizer, class Loss, class X, class Y>
fit_history fit(model<Net, Real>& net, team<Part, Batch, Shards, training, Real>& work, Optimizer& optimizer,
                const Loss& loss, const X& x, const Y& y, const fit_options& options) {
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Y>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
    if constexpr (detail::optimizer_fits<Optimizer, Net> && detail::losses_fit<Part, Loss>) {
        const auto& seen_x = detail::see_samples<Part, Real>(x);
        const auto& seen_y = detail::see_targets<Part, Loss, Real>(y);
        return detail::run_fit<machine_of<Arch, Real>>(net, work, optimizer, loss, detail::view_of(seen_x),
                                                       detail::view_of(seen_y), options);
    } else {
        return {};
    }
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
