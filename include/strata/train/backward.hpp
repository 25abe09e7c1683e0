// The backward pass: from the gradient of the output to those of the weights, and if wanted of the input.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/kernels/padding.hpp"
#include "strata/train/forward.hpp"
#include "strata/train/loss_terms.hpp"
#include "strata/train/misordered.hpp"
#include "strata/train/output_gradient.hpp"
#include "strata/train/refusals.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata {

namespace detail {

/// Whether any layer before Index learns: only then, or if the input's gradient is wanted, must a
/// gradient be handed on.
template <class Net>
consteval bool parameters_before(std::size_t index) {
    return Net::table.gradient_offset[index] > 0;
}

/// To be asserted of size above 0 by each verb that trains, which instantiates the message.
template <class Net>
using tie_fault = std::conditional_t<ties_are_within<Net>, messages::none, messages::weights_tied_outside<Net>>;

/// Weights that are tied collect their gradient from several layers: all of them add, to zeros at first.
template <class Work>
void begin_tied_gradients(Work& work) {
    using net = typename Work::network;
    if (!work.gradients_empty()) return;
    walk_forward<net>([&]<class Step>(Step) {
        if constexpr (Step::owns_tied_weights)
            std::fill_n(work.parameter_gradients().data() + Step::gradient_begin, Step::parameters.floats(),
                        0.0f);
    });
}

/// What a backward pass does with a layer's gradients when they are complete: they add up in the workspace, for an
/// optimizer's step.
struct add_up {
    /// The gradients of this layer are complete, their padding is zero, and its weights have been read for the last
    /// time.
    template <class Arch, class Step, class Work>
    void complete(Work&) const {}
    /// A layer left gradients where no values are.
    [[noreturn]] void misplaced(const std::string& sentence) const { throw std::logic_error{"strata: " + sentence}; }
};

[[gnu::noinline, gnu::cold]] inline std::string misplaced_text(const parameter& p, std::size_t number,
                                                               const std::string& layer) {
    return "the gradient of " + std::string{p.name} + " of layer " + std::to_string(number) + " (" + layer +
           ") has values in its padding: value i (row * columns + column) of a parameter lies at its place(i)";
}

/// Clears the padding of a layer's gradients. Returns the number of a parameter that had values in there, else the
/// number of parameters.
template <class Arch, class Step>
std::size_t clear_gradient_padding(float* gradients) {
    std::size_t found = Step::parameters.size;
    for (std::size_t k = 0; k < Step::parameters.size; gradients += Step::parameters.items[k++].floats()) {
        const parameter& p = Step::parameters.items[k];
        if (p.columns() % floats_per_line == 0) continue;
        if (kernels::clear_panel_padding<Arch>(p.rows(), p.columns(), gradients)) found = k;
    }
    return found;
}

/// Runs all layers backwards from the output's gradient, which is in the workspace, and adds the gradients of
/// the loss's other terms on the way. Returns what those terms are worth. The policy, add_up for one, says what is done
/// with each layer that learns, as soon as its gradients are complete. Throws std::logic_error if no forward pass of
/// training was made for it, or if a layer leaves gradients in the padding.
template <class Arch, bool WantParameters, bool WantInput, class Work, class Loss, class Policy>
term_values<Loss> run_backward(const float* weights, Work& work, const Loss& loss, Policy& policy) {
    using net = typename Work::network;
    if constexpr (WantInput && net::table.backward_ends > 0)
        static_assert(sizeof(messages::input_gradient_behind_frozen_layers<net>) > 0);
    work.check_forward();
    work.note_backward();
    if constexpr (WantParameters) begin_tied_gradients(work);
    term_values<Loss> terms;
    walk_backward<net>([&]<class Step>(Step) {
        constexpr std::size_t i = Step::index;
        using layer = typename Step::layer;
        constexpr bool hand_on = WantInput || (WantParameters && parameters_before<net>(i));
        constexpr bool learns = WantParameters && Step::learns;
        if constexpr (is_mark<layer> && hand_on)
            add_mark_terms<Arch, layer>(loss, work.template activation<i>(), work.template gradient<i>(), terms);
        constexpr bool done = i + 1 < net::layer_count && Work::plan.masked[(i + 1) % net::layer_count];
        if constexpr (layer::traits.output != storage::of_input && (hand_on || learns) && !done) {
            backward_pass pass{.x = work.template activation<i>(),
                               .y = work.template activation<i + 1>(),
                               .parameters = weights + Step::parameter_begin,
                               .y_gradient = work.template gradient<i + 1>(),
                               .x_gradient = work.template gradient<i>(),
                               .parameter_gradient =
                                   learns ? work.parameter_gradients().data() + Step::gradient_begin
                                          : nullptr,
                               .accumulate = !work.gradients_empty(),
                               .scratch = work.template backward_scratch<i>(),
                               .training = !layer::traits.frozen,
                               .noise = work.noise(i),
                               .kept = work.template kept<i>(),
                               .masked = Work::plan.masked[i]};
            if constexpr (WantParameters && Step::owns_tied_weights) pass.accumulate = true;
            if constexpr (tied_layer<layer>) {
                constexpr tie owner = find_tie<net, layer>();
                pass.tied = weights + owner.weights;
                if constexpr (learns && owner.learns)
                    pass.tied_gradient = work.parameter_gradients().data() + owner.gradient;
            }
            if constexpr (learns) {
                clear_gradient_padding<Arch, Step>(pass.parameter_gradient); // of what is not the layer's doing
                layer::template parameter_gradient<Arch, Step::input>(pass);
            }
            if constexpr (hand_on) {
                layer::template input_gradient<Arch, Step::input>(pass);
                clear_padding(pass.x_gradient);
            }
            if constexpr (learns) {
                add_weight_terms<Arch, Step>(loss, pass.parameters, pass.parameter_gradient, terms);
                const std::size_t k = clear_gradient_padding<Arch, Step>(pass.parameter_gradient);
                if (k < Step::parameters.size)
                    policy.misplaced(misplaced_text(Step::parameters.items[k], i + 1, layer::describe()));
                policy.template complete<Arch, Step>(work);
            }
        }
    });
    if constexpr (WantParameters) work.note_gradients();
    return terms;
}

} // namespace detail

/// Goes back through the pass that forward() made last in this workspace, from the gradient of the loss by
/// its output. Weight gradients add up in the workspace until an optimizer steps. The pass is used up by that: the
/// next backward() needs another forward(). Throws std::logic_error without one.
template <class Arch = arch, any_network Net, class Part, class Batch, class Gradient>
void backward(const model<Net>& net, workspace<Part, Batch>& work, const Gradient& output_gradient) {
    static_assert(sizeof(detail::tie_fault<Part>) > 0);
    detail::load_output_gradient(work, output_gradient);
    detail::add_up policy;
    detail::run_backward<Arch, true, false>(detail::weights_of<Part>(net), work, no_terms{}, policy);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
