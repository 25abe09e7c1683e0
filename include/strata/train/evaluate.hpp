// The loss of a model on any number of samples, without gradients.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/loss.hpp"
#include "strata/model/forward.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/loss_output.hpp"
#include "strata/train/loss_terms.hpp"
#include "strata/train/output_gradient.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// What a loss came to: of the outputs, and of its terms.
template <class Loss>
struct loss_values {
    double outputs = 0;
    term_values<Loss> terms;
    [[nodiscard]] double loss() const { return outputs + terms.sum; }
};

/// The layer that computes a value: marks, changes of shape and relus that the layer before them applies are passed
/// over.
template <class Work>
consteval std::size_t computed_by(std::size_t value) {
    using part = typename Work::network;
    constexpr auto& layers = kinds_of<typename part::layers>::values;
    constexpr std::size_t first = part::topology.written(0);
    while (value > first &&
           (layers[value - first]->traits.output == storage::view || Work::plan.fused[value - first]))
        value = part::table.source[value - first];
    return value - first;
}

/// The terms at marks, as soon as what lies there is computed, which the next layers may overwrite.
template <class Arch, class Work, class Loss>
void add_mark_terms_behind(std::size_t layer, Work& work, const Loss& loss, term_values<Loss>& values) {
    for_each_term(loss, [&]<class Term>(const Term& term, std::size_t k) {
        if constexpr (is_mark_term<Term>) {
            using part = typename Work::network;
            constexpr std::size_t value = part::table.source[mark_place<part, Term::mark_name>];
            constexpr std::size_t by = computed_by<Work>(value);
            if (layer == by) values.add(k, penalize_mark<Arch>(term, work.activation(value), {}));
        }
    });
}

/// Targets as rows, batch by batch: where they lie, or class indices as one-hot rows in memory of their own.
template <class Part, class Targets, class Real>
class target_rows {
public:
    target_rows(const Targets& targets, std::size_t at_once)
        : targets_{targets}, one_hot_{is_rows ? 0 : at_once * row_stride(Part::output.count())} {}

    basic_rows_view<Real> part(std::size_t first, std::size_t count) {
        if constexpr (is_rows) {
            return targets_.part(first, count);
        } else {
            const padded_rows<Real> to{one_hot_.data(), count, Part::output.count()};
            write_one_hot(targets_.part(first, count), Part::output.last(), to);
            return to;
        }
    }

private:
    static constexpr bool is_rows = !std::is_same_v<Targets, class_targets>;
    const Targets& targets_;
    basic_arena<Real> one_hot_;
};

template <class Part, class Arch, class Model, class Loss, class Targets, class Observe = no_observer>
loss_values<Loss> evaluate_rows(const Model& net, const Loss& loss, const rows_of<Arch>& samples,
                                const Targets& targets, const Observe& observe = {}) {
    workspace<Part, batch<32>, inference, real_of<Arch>> work;
    target_rows<Part, Targets, real_of<Arch>> wanted{targets, work.capacity};
    const real_of<Arch>* weights = detail::weights_of<Part>(net);
    loss_values<Loss> sums;
    for (std::size_t done = 0; done < samples.rows; done += work.capacity) {
        const std::size_t now = std::min(work.capacity, samples.rows - done);
        work.load(samples.part(done, now));
        term_values<Loss> terms;
        run_forward<Arch, false>(weights, work, [&](std::size_t layer, const padded_rows<real_of<Arch>>&) {
            if constexpr (has_terms<Loss>) add_mark_terms_behind<Arch>(layer, work, loss, terms);
        });
        const rows_of<Arch> y = outputs_of(work);
        const rows_of<Arch> now_wanted = wanted.part(done, now);
        observe(y, now_wanted);
        const real_of<Arch> value = loss.template value<Arch>(y, now_wanted, now);
        sums.outputs += static_cast<double>(value) * static_cast<double>(now);
        sums.terms.add(terms, static_cast<double>(now));
    }
    loss_values<Loss> means;
    means.outputs = sums.outputs / static_cast<double>(samples.rows);
    means.terms.add(sums.terms, 1.0 / static_cast<double>(samples.rows));
    if constexpr (has_terms<Loss>)
        walk_forward<Part>([&]<class Kind>(Kind, std::size_t layer) {
            if constexpr (Kind::learns)
                add_weight_terms<Arch, Kind>(loss, weights + Part::table.parameter_offset[layer], nullptr,
                                             means.terms);
        });
    return means;
}

} // namespace detail

/// The loss over any number of samples, at least one, as predict sees them: without noise, and without gradients. Terms
/// of the loss count: those at marks as means over the samples, those on the weights that train_step would move. Throws
/// std::invalid_argument if shapes or counts do not fit, if targets are outside of what the loss takes (see
/// losses/targets.hpp), or if the model was moved from, and std::out_of_range for an index that is no class.
template <class Part = void, class Arch = arch, any_network Net, class Real, class Loss, class X,
          class Target>
Real evaluate(const model<Net, Real>& net, const Loss& loss, const X& x, const Target& target) {
    using part = std::conditional_t<std::is_void_v<Part>, Net, Part>;
    static_assert(sizeof(detail::part_error<part, Net>) > 0);
    static_assert(sizeof(detail::output_error<part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<part, Loss>) > 0);
    using on = machine_of<Arch, Real>;
    const auto& seen_x = detail::see_rows<Real>(x, part::input);
    const auto& seen_y = detail::see_targets<part, Loss, Real>(target);
    const basic_rows_view<Real> samples = seen_x;
    const auto& targets = detail::view_of(seen_y);
    detail::require_rows(samples, targets, "evaluate");
    detail::require_targets<part, Loss, on>(targets);
    return static_cast<Real>(detail::evaluate_rows<part, on>(net, loss, samples, targets).loss());
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
