// The backward pass: from the gradient of the output to those of the weights, and if wanted of the input.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/kernels/padding.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/forward.hpp"
#include "strata/train/backward_flags.hpp"
#include "strata/train/loss_terms.hpp"
#include "strata/train/misordered.hpp"
#include "strata/train/output_gradient.hpp"
#include "strata/train/refusals.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Adds a gradient to what other readers of the value left.
template <class Arch>
void add_gradient(const padded_rows<const real_of<Arch>>& gradient, const padded_rows<real_of<Arch>>& sum) {
    kernels::add<Arch>(sum.rows * sum.stride, gradient.data, sum.data, sum.data);
}

/// The gradients of a join's operands, the last one's first: the first one's may lie where the join's own does.
template <class Arch, class Kind, bool WantParameters, bool WantInput, class Work>
void join_gradients(Work& work, std::size_t entry) {
    using part = typename Work::network;
    const auto operands = operands_in<Work, Kind::layer::operands.size()>(work, entry);
    const std::size_t out = part::topology.written(entry);
    for (std::size_t k = operands.size(); k-- > 0;) {
        const std::size_t v = part::topology.operands_of(entry)[k];
        if (!hands_on_to<part, WantParameters, WantInput>(v)) continue;
        const join_backward<Arch> pass{.x = operands,
                                       .y = work.activation(out),
                                       .y_gradient = work.gradient(out),
                                       .operand = k,
                                       .x_gradient = work.gradient(v),
                                       .accumulate = Work::plan.adds[part::topology.first[entry] + k]};
        Kind::layer::template input_gradient<Arch, Kind::input>(pass);
        clear_padding(pass.x_gradient);
    }
}

/// Weights that are tied collect their gradient from several layers: all of them add, to zeros at first.
template <class Work>
void begin_tied_gradients(Work& work) {
    using part = typename Work::network;
    if (!work.gradients_empty()) return;
    constexpr auto& begins = part::table.gradient_offset;
    for (std::size_t i = 0; i < part::layer_count; ++i)
        if (owners<part>[i])
            std::fill_n(work.parameter_gradients().data() + begins[i], begins[i + 1] - begins[i],
                        typename Work::real(0));
}

/// What a backward pass does with a layer's gradients when they are complete: they add up in the workspace, for an
/// optimizer's step.
struct add_up {
    /// Whether the slopes of layers whose slope jumps are those of the pass itself, else slopes(work)'s.
    static constexpr bool own_slopes = true;
    template <class Work>
    Work& slopes(Work& work) const {
        return work;
    }
    /// A layer's parameter_gradient has written as many floats; terms of the loss, and layers that share its weights, may add
    /// to them.
    void written(const auto& /*pass*/, bool /*linear*/, std::size_t /*floats*/) const {}
    /// The gradients of layer number `layer` are complete, their padding is zero, and its weights have been read for the last
    /// time.
    template <class Arch, class Work>
    void complete(Work&, std::size_t) const {}
    /// What a layer, or a term of the loss at a mark, adds to the gradients of the values before it is there.
    void handed_back(const auto&, std::size_t) const {}
    /// A layer left gradients where no values are.
    [[noreturn]] void misplaced(const std::string& sentence) const {
        detail::raise<std::logic_error>(sentence);
    }
};

template <class Policy>
[[gnu::noinline, gnu::cold]] void report_misplaced(const Policy& policy, const parameter& p,
                                                   std::size_t number, std::string (*describe)()) {
    policy.misplaced(
        text_of({"the gradient of ", p.name, " of layer ", number, " (", describe(),
                 ") has values in its padding: value i (row * columns + column) of a parameter lies at its "
                 "place(i)"}));
}

/// Clears the padding of a layer's gradients, of which these are the parameters. Returns the number of one that had
/// values in there, else the number of parameters.
template <class Arch>
[[gnu::noinline]] std::size_t clear_gradient_padding(std::span<const parameter_place> parameters,
                                                     real_of<Arch>* gradients) {
    std::size_t found = parameters.size();
    for (std::size_t k = 0; k < parameters.size(); ++k) {
        const parameter_place& p = parameters[k];
        if (p.columns % floats_per_line != 0 &&
            kernels::clear_panel_padding<Arch>(p.rows, p.columns,
                                               gradients + (p.begin - parameters[0].begin)))
            found = k;
    }
    return found;
}

/// Runs all layers backwards from the output's gradient, which is in the workspace, and adds the gradients of
/// the loss's other terms on the way. Returns what those terms are worth. The policy, add_up for one, says what is done
/// with each layer that learns, as soon as its gradients are complete. Throws std::logic_error if no forward pass of
/// training was made for it, or if a layer leaves gradients in the padding.
template <class Arch, bool WantParameters, bool WantInput, class Work, class Loss, class Policy>
term_values<Loss> run_backward(const real_of<Arch>* weights, Work& work, const Loss& loss, Policy& policy) {
    using part = typename Work::network;
    if constexpr (WantInput && !part::table.has_input_gradient)
        static_assert(sizeof(messages::input_gradient_behind_frozen_layers<part>) > 0);
    work.check_forward();
    work.note_backward();
    if constexpr (WantParameters) begin_tied_gradients(work);
    term_values<Loss> terms;
    walk_backward<part, backward_flags_of<Work, WantParameters, WantInput, Policy::own_slopes>>(
        [&]<class Kind>(Kind, std::size_t i) {
            using layer = typename Kind::layer;
            constexpr backward_flags flags = Kind::flags;
            if constexpr (is_mark<layer> && flags.hands_on)
                add_mark_terms<Arch, layer>(loss, work.activation(part::table.source[i], Kind::input.count()),
                                            work.batch_rows(),
                                            work.gradient(part::table.source[i], Kind::input.count()), terms);
            if constexpr (flags.runs && join<layer>) {
                join_gradients<Arch, Kind, WantParameters, WantInput>(work, i);
            } else if constexpr (flags.runs) {
                const std::size_t from = part::table.source[i];
                const std::size_t out = part::topology.written(i);
                backward_pass<Arch> pass{
                    .x = work.activation(from, Kind::input.count()),
                    .y = work.activation(out, Kind::output.count()),
                    .parameters = weights + part::table.parameter_offset[i],
                    .y_gradient = work.gradient(out, Kind::output.count()),
                    .x_gradient = flags.adds ? work.addend(i) : work.gradient(from, Kind::input.count()),
                    .parameter_gradient =
                        flags.learns ? work.parameter_gradients().data() + part::table.gradient_offset[i]
                                     : nullptr,
                    .accumulate = !work.gradients_empty(),
                    .scratch = work.backward_scratch(i),
                    .training = !layer::traits.frozen,
                    .noise = work.noise(i),
                    .saved = work.saved(i),
                    .masked = flags.masked,
                    .share = work.share()};
                if constexpr (flags.owns_tied_weights) pass.accumulate = true;
                if constexpr (tied_layer<layer>) {
                    const tie owner = find_tie<part>(i);
                    pass.tied = weights + owner.weights;
                    if constexpr (flags.adds_to_owner)
                        pass.tied_gradient = work.parameter_gradients().data() + owner.gradient;
                }
                if constexpr (flags.learns) {
                    // Of what is not the layer's doing.
                    clear_gradient_padding<Arch>(parameter_places_of<part>(i), pass.parameter_gradient);
                }
                if constexpr (flags.has_own) {
                    layer::template parameter_gradient<Arch, Kind::input>(pass);
                    policy.written(pass, layer::traits.linear, Kind::parameters.floats());
                }
                if constexpr (flags.hands_on) {
                    if constexpr (!Policy::own_slopes && layer::traits.piecewise_linear) {
                        auto& slopes = policy.slopes(work);
                        pass.x = slopes.activation(from, Kind::input.count());
                        pass.y = slopes.activation(out, Kind::output.count());
                        pass.saved = slopes.saved(i);
                    }
                    layer::template input_gradient<Arch, Kind::input>(pass);
                    clear_padding(pass.x_gradient);
                    if constexpr (flags.adds) add_gradient<Arch>(pass.x_gradient, work.gradient(from));
                }
                if constexpr (flags.learns) {
                    if (work.begins_batch())
                        add_weight_terms<Arch, Kind>(loss, pass.parameters, pass.parameter_gradient, terms);
                    const std::size_t k =
                        clear_gradient_padding<Arch>(parameter_places_of<part>(i), pass.parameter_gradient);
                    if (k < Kind::parameters.size)
                        report_misplaced(policy, Kind::parameters.items[k], i + 1,
                                         functions_of<layer>::describe);
                    policy.template complete<Arch>(work, i);
                }
            }
            if constexpr (flags.hands_on && (flags.runs || is_mark<layer>)) policy.handed_back(work, i);
        });
    if constexpr (WantParameters) work.note_gradients();
    return terms;
}

} // namespace detail

/// Goes back through the pass that forward() made last in this workspace, from the gradient of the loss by
/// its output. Weight gradients add up in the workspace until an optimizer steps. The pass is used up by that: the
/// next backward() needs another forward(). Throws std::logic_error without one.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Gradient>
void backward(const model<Net, Real>& net, workspace<Part, Batch, training, Real>& work,
              const Gradient& output_gradient) {
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    detail::load_output_gradient(work, output_gradient);
    detail::add_up policy;
    detail::run_backward<machine_of<Arch, Real>, true, false>(detail::weights_of<Part>(net), work, no_terms{},
                                                              policy);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
