// One step of fit: accumulate, if all is finite clipping and the optimizer's step, and what it came to.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/clip_gradients.hpp"
#include "strata/train/diagnose.hpp"
#include "strata/train/evaluate.hpp"
#include "strata/train/fit_options.hpp"
#include "strata/train/held_out.hpp"
#include "strata/train/minibatches.hpp"
#include "strata/train/train_step.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace strata::inline STRATA_TARGET::detail {

/// The learning rate that a schedule has for a step. Throws std::invalid_argument if it is below 0, or not
/// finite.
template <class Arch>
float scheduled_rate(const fit_options& options, std::size_t step) {
    const float rate = options.learning_rate(step);
    if (!kernels::is_finite<Arch>(rate) || rate < 0)
        detail::raise<std::invalid_argument>(
            {"the learning rate of step ", step, " is ", number_text(static_cast<double>(rate))});
    return rate;
}

/// Leaves a workspace without gradients at its own end, by an exception too.
template <class Work>
struct gradients_cleared {
    Work& work;
    ~gradients_cleared() { work.clear_gradients(); }
};

/// What a step came to.
template <class Net, class Loss, class Real>
struct step_outcome {
    Real loss = 0;                         ///< terms included
    output_losses_of<Net, Real> outputs{}; ///< without them
    term_values<Loss> terms;
    bool finite = false; ///< the samples, the loss and all gradients are; else no step was made
};

/// Gradients that fit into the first cache together are looked at when all are there.
template <class Work>
inline constexpr bool looks_once = Work::network::gradient_floats * sizeof(typename Work::real) <= 16 * 1024;

/// A policy of the backward pass that looks at each layer's gradients while they are in the first cache. Where a layer of few
/// samples has sums of products for gradients, and the loss adds no terms to them, it looks at what these are made of, if that
/// is less: sums of products of numbers below 2 do not overflow.
template <class Work, bool Terms>
struct look_at_gradients : add_up {
    bool finite = true;
    bool of_small_numbers = false; ///< the gradients of the layer at hand
    template <class Arch>
    void written(const backward_pass<Arch>& pass, bool linear, std::size_t floats) {
        if constexpr (!looks_once<Work> && !Terms) {
            const std::size_t in = pass.x.rows * pass.x.stride;
            const std::size_t out = pass.y_gradient.rows * pass.y_gradient.stride;
            of_small_numbers = linear && !pass.accumulate && 2 * (in + out) <= floats &&
                               kernels::all_below_two<Arch>(in, pass.x.data) &&
                               kernels::all_below_two<Arch>(out, pass.y_gradient.data);
        }
    }
    template <class Arch>
    void complete(Work& work, std::size_t layer) {
        constexpr auto& begins = Work::network::table.gradient_offset;
        if constexpr (!looks_once<Work>)
            finite = finite && (of_small_numbers ||
                                kernels::all_finite<Arch>(begins[layer + 1] - begins[layer],
                                                          work.parameter_gradients().data() + begins[layer]));
        of_small_numbers = false;
    }
};

/// What fit does in a workspace; specialised for what stands in for one.
template <class Work>
struct fit_in {
    using part = typename Work::network;

    /// A step of training, unless something is not finite. `metrics` may be null.
    template <class Arch, class Model, class Optimizer, class Loss, class Batch>
    static step_outcome<part, Loss, real_of<Arch>>
    step(Model& net, Work& work, Optimizer& optimizer, const Loss& loss, const Batch& batch,
         const std::optional<float>& norm, metric_sums* metrics) {
        step_outcome<part, Loss, real_of<Arch>> step;
        forward<Arch>(net, work, batch.x);
        step.outputs = detail::write_output_gradient<Arch>(
            work, loss, batch.y, [&](std::size_t k, const rows_of<Arch>& y, const rows_of<Arch>& targets) {
                if (metrics != nullptr) metrics->add<Arch>(k, y, targets);
            });
        look_at_gradients<Work, has_terms<Loss>> policy;
        step.terms =
            detail::run_backward<Arch, true, false>(detail::weights_of<part>(net), work, loss, policy);
        step.loss = detail::sum_of_losses(step.outputs) + static_cast<real_of<Arch>>(step.terms.sum);
        if constexpr (looks_once<Work>)
            policy.finite =
                kernels::all_finite<Arch>(part::gradient_floats, work.parameter_gradients().data());
        step.finite = policy.finite && kernels::is_finite<Arch>(step.loss) &&
                      !detail::find_bad_samples<Arch>(batch.x, [](const std::string&, const std::string&) {});
        if (!step.finite) return step;
        if (norm) clip_gradients<Arch>(work, *norm);
        optimizer.template step<Arch>(net, work);
        return step;
    }

    /// Why it was not: the same batch and the same noise once more, in which `find` looks. The noise is drawn then, even if
    /// the cause lies before the forward pass.
    template <class Arch, class Model, class Loss, class Samples, class Targets, class Find = find_in_loss>
    static found_cause cause(const Model& net, Work& work, const Loss& loss, const Samples& x,
                             const Targets& y, const Find& find = {}) {
        found_cause in_gradients =
            detail::find_cause_in_gradients<Arch, part>(work.parameter_gradients().data());
        const std::uint64_t passes = work.passes();
        found_cause found = find.template operator()<Arch>(net, work, loss, x, y);
        if (work.passes() == passes) work.begin_pass();
        return found.text.empty() ? in_gradients : found;
    }

    /// The loss of what is held out, its metrics added to `metrics`; none if nothing is.
    template <class Arch, class Model, class Loss>
    static std::optional<loss_values<part, Loss>> measure(const Model& net, Work&, const Loss& loss,
                                                          const held_out<part, real_of<Arch>>& held,
                                                          metric_sums& metrics) {
        if (held.rows() == 0) return {};
        return detail::evaluate_rows<part, Arch>(
            net, loss, held.x, held.y,
            [&](std::size_t k, const rows_of<Arch>& y, const rows_of<Arch>& targets) {
                metrics.add<Arch>(k, y, targets);
            });
    }
};

/// The parts of a loss of several parts in an epoch, training sums over so many rows and validation means.
template <class Net, class Loss>
std::vector<measured> parts_of_loss(const Loss& loss, const loss_values<Net, Loss>& sums, std::size_t rows,
                                    const std::optional<loss_values<Net, Loss>>& held_out) {
    std::vector<measured> parts;
    if constexpr (has_terms<Loss> || Net::outputs.size() > 1) {
        const auto add = [&](std::string_view name, double sum, double mean) {
            parts.push_back({std::string{name}, sum / static_cast<double>(rows), {}});
            if (held_out) parts.back().validation = mean;
        };
        for (std::size_t k = 0; k < Net::outputs.size(); ++k)
            add(name_of_loss<Net, Loss>(k), sums.outputs[k], held_out ? held_out->outputs[k] : 0);
        for_each_term(loss, [&]<class Term>(const Term&, std::size_t k) {
            const double mean = held_out ? held_out->terms.each[k] : 0;
            if constexpr (is_mark_term<Term>)
                add(Term::mark_name.view(), sums.terms.each[k], mean);
            else
                add("weights", sums.terms.each[k], mean);
        });
    }
    return parts;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
