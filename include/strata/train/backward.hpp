// The backward pass: from the gradient of the output to those of the weights, and if wanted of the input.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/graph/update_spans.hpp"
#include "strata/kernels/padding.hpp"
#include "strata/losses/differentiate.hpp"
#include "strata/optimizers/optimizer.hpp"
#include "strata/optimizers/padding.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/forward.hpp"
#include "strata/train/loss_output.hpp"
#include "strata/train/loss_terms.hpp"
#include "strata/train/misordered.hpp"
#include "strata/train/refusals.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata {

namespace detail {

/// How a layer runs backwards.
struct backward_flags {
    bool hands_on = false; ///< a layer before it learns, or the input's gradient is wanted
    bool learns = false;
    bool runs = false;  ///< unless it does neither, computes nothing, or the kernel of the layer behind it does
    bool gated = false; ///< its kernel does that of the relu before it
    bool owns_tied_weights = false; ///< other layers add to the gradient of its weights
};

template <class Work, bool WantParameters, bool WantInput>
struct backward_flags_of {
    static constexpr auto of = [] {
        using net = typename Work::network;
        constexpr auto& table = net::table;
        std::array<backward_flags, net::layer_count> flags{};
        for (std::size_t i = 0; i < net::layer_count; ++i) {
            const bool hands_on = WantInput || (WantParameters && table.gradient_offset[i] > 0);
            const bool learns = WantParameters && table.gradient_offset[i + 1] > table.gradient_offset[i];
            const bool computes =
                kinds_of<typename net::layers>::values[i]->traits.output != storage::view;
            flags[i] = {.hands_on = hands_on,
                        .learns = learns,
                        .runs = computes && (hands_on || learns) && !Work::plan.gated[i + 1],
                        .gated = Work::plan.gated[i],
                        .owns_tied_weights = WantParameters && owners<net>[i]};
        }
        return flags;
    }();
};

/// To be asserted of size above 0 by each verb that trains, which instantiates the message.
template <class Net>
using tie_fault = std::conditional_t<ties_are_within<Net>, messages::none, messages::weights_tied_outside<Net>>;

/// Weights that are tied collect their gradient from several layers: all of them add, to zeros at first.
template <class Work>
void begin_tied_gradients(Work& work) {
    using net = typename Work::network;
    if (!work.gradients_empty()) return;
    constexpr auto& begins = net::table.gradient_offset;
    for (std::size_t i = 0; i < net::layer_count; ++i)
        if (owners<net>[i])
            std::fill_n(work.parameter_gradients().data() + begins[i], begins[i + 1] - begins[i], 0.0f);
}

/// What happens to a layer's weights when their gradients are complete.
struct nothing_yet {
    void operator()(std::size_t) const {}
};

/// Tells `complete`, if it wants to know, that a layer left gradients where no values are; else throws
/// std::logic_error.
template <class Complete>
[[gnu::noinline, gnu::cold]] void report_misplaced(const parameter& p, std::size_t number, const std::string& layer,
                                                   const Complete& complete) {
    const std::string sentence = "the gradient of " + std::string{p.name} + " of layer " + std::to_string(number) +
                                 " (" + layer + ") has values in its padding: value i (row * columns + column) of " +
                                 "a parameter lies at its place(i)";
    if constexpr (requires { complete.misplaced(sentence); })
        complete.misplaced(sentence);
    else
        throw std::logic_error{"strata: " + sentence};
}

/// Clears the padding of a layer's gradients. Returns the number of a parameter that had values in there, else the
/// number of parameters.
template <class Arch, class Kind>
std::size_t clear_gradient_padding(float* gradients) {
    std::size_t found = Kind::parameters.size;
    for (std::size_t k = 0; k < Kind::parameters.size; gradients += Kind::parameters.items[k++].floats()) {
        const parameter& p = Kind::parameters.items[k];
        if (p.columns() % floats_per_line == 0) continue;
        if (kernels::clear_panel_padding<Arch>(p.rows(), p.columns(), gradients)) found = k;
    }
    return found;
}

/// Runs all layers backwards from the output's gradient, which is in the workspace, and adds the gradients of
/// the loss's other terms on the way. Calls complete(number) for each layer that learns when its gradients are
/// complete, their padding is zero, and its weights have been read for the last time. Returns what the other terms
/// are worth. Throws std::logic_error if no forward pass of training was made for it, or if a layer leaves gradients
/// in the padding.
template <class Arch, bool WantParameters, bool WantInput, class Work, class Loss,
          class Complete = nothing_yet>
float run_backward(const float* weights, Work& work, const Loss& loss, const Complete& complete = {}) {
    using net = typename Work::network;
    if constexpr (WantInput && net::table.backward_ends > 0)
        static_assert(sizeof(messages::input_gradient_behind_frozen_layers<net>) > 0);
    work.check_forward();
    work.note_backward();
    if constexpr (WantParameters) begin_tied_gradients(work);
    double terms = 0;
    walk_backward<net, backward_flags_of<Work, WantParameters, WantInput>>([&]<class Kind>(Kind, std::size_t i) {
        using layer = typename Kind::layer;
        constexpr backward_flags flags = Kind::flags;
        if constexpr (is_mark<layer> && flags.hands_on)
            terms += penalize_mark<Arch, layer>(loss, work.activation(i, Kind::input.count()),
                                                work.gradient(i, Kind::input.count()));
        if constexpr (flags.runs) {
            backward_pass pass{.x = work.activation(i, Kind::input.count()),
                               .y = work.activation(i + 1, Kind::output.count()),
                               .parameters = weights + net::table.parameter_offset[i],
                               .y_gradient = work.gradient(i + 1, Kind::output.count()),
                               .x_gradient = work.gradient(i, Kind::input.count()),
                               .parameter_gradient =
                                   flags.learns ? work.parameter_gradients().data() + net::table.gradient_offset[i]
                                                : nullptr,
                               .accumulate = !work.gradients_empty(),
                               .scratch = work.backward_scratch(i),
                               .training = !layer::traits.frozen,
                               .noise = work.noise(i),
                               .saved = work.saved(i),
                               .gated = flags.gated};
            if constexpr (flags.owns_tied_weights) pass.accumulate = true;
            if constexpr (tied_layer<layer>) {
                constexpr tie owner = find_tie<net, layer>();
                pass.tied = weights + owner.weights;
                if constexpr (flags.learns && owner.learns)
                    pass.tied_gradient = work.parameter_gradients().data() + owner.gradient;
            }
            if constexpr (flags.learns) {
                clear_gradient_padding<Arch, Kind>(pass.parameter_gradient); // of what is not the layer's doing
                layer::template parameter_gradient<Arch, Kind::input>(pass);
            }
            if constexpr (flags.hands_on) {
                layer::template input_gradient<Arch, Kind::input>(pass);
                clear_padding(pass.x_gradient);
            }
            if constexpr (flags.learns) {
                terms += penalize_weights<Arch, Kind>(loss, pass.parameters, pass.parameter_gradient);
                const std::size_t k = clear_gradient_padding<Arch, Kind>(pass.parameter_gradient);
                if (k < Kind::parameters.size)
                    report_misplaced(Kind::parameters.items[k], i + 1, layer::describe(), complete);
                complete(i);
            }
        }
    });
    if constexpr (WantParameters) work.note_gradients();
    return static_cast<float>(terms);
}

/// Takes a target into the place of the output's gradient, where the loss turns it into that gradient.
template <class Work, class Target>
padded_rows<float> load_target(Work& work, const Target& target) {
    using net = typename Work::network;
    work.check_forward();
    const padded_rows<float> to = work.template gradient<net::layer_count>();
    if constexpr (std::is_convertible_v<const Target&, float>) {
        for (std::size_t r = 0; r < to.rows; ++r) std::fill_n(to[r], to.width, static_cast<float>(target));
    } else {
        const auto wanted = as_rows(target, net::output);
        const rows_view rows = wanted;
        if (rows.rows != to.rows)
            throw std::invalid_argument{"strata: " + std::to_string(rows.rows) + " targets for " +
                                        std::to_string(to.rows) + " samples"};
        copy_rows(rows, to);
    }
    clear_padding(to);
    return to;
}

/// Ends a step before anything has changed. The gradients in the workspace, earlier ones too, are gone.
template <class Work>
[[noreturn]] void refuse_step(Work& work, const std::string& why) {
    work.clear_gradients();
    throw std::runtime_error{"strata: " + why + ": no weight was changed"};
}

/// Throws std::runtime_error if a loss is a NaN or infinite.
template <class Arch, class Work>
void require_finite_loss(Work& work, float loss) {
    if (!kernels::is_finite<Arch>(loss))
        refuse_step(work,
                    "the loss is " + number_text(loss) + " (lower the learning rate, or scale the data)");
}

/// Throws std::runtime_error if the gradient by the network's output has a NaN or an infinite value.
template <class Arch, class Work>
void require_finite_output_gradient(Work& work) {
    if (!rows_are_finite<Arch>(work.template gradient<Work::network::layer_count>()))
        refuse_step(work, "the gradient of the loss by the network's output is not finite");
}

/// Forward, loss and backward. `Checked`: not before samples, loss and its gradient are found finite.
template <class Arch, bool Checked = false, class Net, class Work, class Loss, class X, class Target,
          class Complete>
float accumulate_and(const model<Net>& net, Work& work, const Loss& loss, const X& x, const Target& target,
                     const Complete& complete) {
    const auto& seen = as_rows(x, Work::network::input);
    const rows_view samples = seen;
    if constexpr (Checked)
        if (const found_value bad = find_not_finite<Arch>(samples); bad.found)
            refuse_step(work, "the samples have " + bad.text() + " (both from 0)");
    const rows_view y = forward<Arch>(net, work, samples);
    if (y.rows == 0) return 0.0f;
    const float value =
        differentiate<Arch, Work::network::output>(loss, work.output(), load_target(work, target));
    if constexpr (Checked) {
        require_finite_loss<Arch>(work, value);
        require_finite_output_gradient<Arch>(work);
    }
    return value + run_backward<Arch, true, false>(detail::weights_of<typename Work::network>(net), work,
                                                   loss, complete);
}

/// A loss with terms whose values come up on the way back.
template <class Loss>
concept has_terms = requires(const Loss& loss) {
    loss.terms;
};

/// Whether train_step updates each layer's weights as soon as its gradients are complete. It pays where
/// weights, gradients and an optimizer's state outgrow the second cache: the gradients are still there then.
template <class Optimizer, class Work>
inline constexpr bool updates_by_layer =
    steps_by_layer<Optimizer>&& Work::network::gradient_floats >= std::size_t{1} << 16;

/// Makes a backward pass, which is run(complete), and the optimizer's step: layer by layer, or, if the loss
/// is not known before the end of the pass, after all.
template <class Arch, bool LossKnown, class Net, class Work, class Optimizer, class Run>
float run_and_step(model<Net>& net, Work& work, Optimizer& optimizer, const Run& run) {
    if constexpr (requires { optimizer.check_model(net); }) optimizer.check_model(net);
    if constexpr (optimizer_of_another<Optimizer, Net>) {
        static_assert(sizeof(messages::optimizer_of_another_network<Optimizer, Net>) > 0);
    } else if constexpr (LossKnown && updates_by_layer<Optimizer, Work>) {
        bool begun = false;
        const float value = run([&](std::size_t layer) {
            if (!begun) optimizer.begin_step();
            begun = true;
            for (const update_span& span : layer_update_spans<typename Work::network>(layer))
                optimizer.template update<Arch>(net, work, span);
        });
        if (begun)
            work.clear_gradients();
        else // no samples
            optimizer.template step<Arch>(net, work);
        return value;
    } else {
        const float value = run(nothing_yet{});
        if constexpr (!LossKnown) require_finite_loss<Arch>(work, value);
        optimizer.template step<Arch>(net, work);
        if constexpr (!steps_by_layer<Optimizer>) clear_parameter_padding<Arch, Net>(net.storage().data());
        return value;
    }
}

} // namespace detail

/// Goes back through the pass that forward() made last in this workspace, from the gradient of the loss by
/// its output. Weight gradients add up in the workspace until an optimizer steps. The pass is used up by that: the
/// next backward() needs another forward(). Throws std::logic_error without one.
template <class Arch = arch, any_network Net, class Part, class Batch, class Gradient>
void backward(const model<Net>& net, workspace<Part, Batch>& work, const Gradient& output_gradient) {
    static_assert(sizeof(detail::tie_fault<Part>) > 0);
    detail::load_target(work, output_gradient);
    detail::run_backward<Arch, true, false>(detail::weights_of<Part>(net), work, no_terms{});
}

/// Forward, loss and backward: adds the gradients of this batch to those in the workspace and returns the
/// loss. The target has the shape of the output, or is one number for all of it. Looks at no number: see
/// train_step and fit for what is checked.
template <class Arch = arch, any_network Net, class Part, class Batch, class Loss, class X, class Target>
float accumulate(const model<Net>& net, workspace<Part, Batch>& work, const Loss& loss, const X& x,
                 const Target& target) {
    static_assert(sizeof(detail::tie_fault<Part>) > 0);
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::output_fault<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_fault<Part, Loss>) > 0);
    return detail::accumulate_and<Arch>(net, work, loss, x, target, detail::nothing_yet{});
}

/// What input_gradient returns: rows, and the loss itself.
struct gradient_rows : rows_view {
    float loss = 0;
};

/// The gradient of the loss by the samples, one row each, valid until the workspace is used again. No
/// gradient of a weight is computed, and those in the workspace stay as they are.
template <class Arch = arch, any_network Net, class Part, class Batch, class Loss, class X, class Target>
gradient_rows input_gradient(const model<Net>& net, workspace<Part, Batch>& work, const Loss& loss,
                             const X& x, const Target& target) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::output_fault<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_fault<Part, Loss>) > 0);
    if constexpr (Part::table.backward_ends > 0)
        static_assert(sizeof(messages::input_gradient_behind_frozen_layers<Part>) > 0);
    forward<Arch>(net, work, x);
    if (work.rows() == 0) return {work.template gradient<0>(), 0.0f};
    float value =
        detail::differentiate<Arch, Part::output>(loss, work.output(), detail::load_target(work, target));
    value += detail::run_backward<Arch, false, true>(detail::weights_of<Part>(net), work, loss);
    return {work.template gradient<0>(), value};
}

/// One step of training on one batch: accumulate, then the optimizer's step, with the same bits. Returns the
/// loss before the step. Throws std::runtime_error if the samples, the loss (its terms included) or its
/// gradient by the output is not finite; then weights, running statistics and the optimizer are as they were,
/// and the workspace has no gradients.
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Loss, class X,
          class Target>
float train_step(model<Net>& net, workspace<Part, Batch>& work, Optimizer& optimizer, const Loss& loss,
                 const X& x, const Target& target) {
    static_assert(sizeof(detail::tie_fault<Part>) > 0);
    static_assert(sizeof(detail::output_fault<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_fault<Part, Loss>) > 0);
    return detail::run_and_step<Arch, !detail::has_terms<Loss>>(
        net, work, optimizer, [&](const auto& complete) {
            return detail::accumulate_and<Arch, true>(net, work, loss, x, target, complete);
        });
}

/// The same for a network that is part of something larger: backward from this gradient of the output, then
/// the optimizer's step. Throws std::runtime_error, as train_step does, if that gradient is not finite.
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Gradient>
void backward_step(model<Net>& net, workspace<Part, Batch>& work, Optimizer& optimizer,
                   const Gradient& output_gradient) {
    static_assert(sizeof(detail::tie_fault<Part>) > 0);
    detail::run_and_step<Arch, true>(net, work, optimizer, [&](const auto& complete) {
        detail::load_target(work, output_gradient);
        detail::require_finite_output_gradient<Arch>(work);
        return detail::run_backward<Arch, true, false>(detail::weights_of<Part>(net), work, no_terms{},
                                                       complete);
    });
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
