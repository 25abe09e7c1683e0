// One step of training: a pass forwards and one backwards, all of it checked, and the optimizer's step.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameter_padding.hpp"
#include "strata/graph/update_spans.hpp"
#include "strata/meta/raise.hpp"
#include "strata/optimizers/misnamed.hpp"
#include "strata/optimizers/optimizer.hpp"
#include "strata/train/backward.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/loss_output.hpp"

#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// A policy of the backward pass: the optimizer moves a layer's weights as soon as their gradients are complete.
template <class Model, class Optimizer>
struct update_now : add_up {
    Model& net;
    Optimizer& optimizer;
    bool begun = false;

    update_now(Model& of, Optimizer& by) : net{of}, optimizer{by} {}

    template <class Arch, class Work>
    void complete(Work& work, std::size_t layer) {
        if (!begun) optimizer.begin_step();
        begun = true;
        for (const update_span& span : layer_update_spans<typename Work::network>(layer))
            optimizer.template update<Arch>(net, work, span);
    }
};

/// Whether train_step updates each layer's weights as soon as its gradients are complete. It pays where
/// weights, gradients and an optimizer's state outgrow the second cache: the gradients are still there then.
template <class Optimizer, class Work>
inline constexpr bool updates_by_layer =
    is_optimizer<Optimizer> && Work::network::gradient_floats >= std::size_t{1} << 16;

/// What is wrong with an optimizer, if anything: to be asserted of size above 0.
template <class Optimizer, class Net>
consteval auto diagnose_optimizer() {
    if constexpr (optimizer_of_another<Optimizer, Net>)
        return std::type_identity<messages::optimizer_of_another_network<Optimizer, Net>>{};
    else if constexpr (optimizer_rule<Optimizer>)
        return std::type_identity<messages::rule_in_place_of_an_optimizer<Optimizer>>{};
    else
        return std::type_identity<messages::none>{};
}
template <class Optimizer, class Net>
using optimizer_error = typename decltype(diagnose_optimizer<Optimizer, Net>())::type;
template <class Optimizer, class Net>
inline constexpr bool optimizer_fits = std::is_same_v<optimizer_error<Optimizer, Net>, messages::none>;

/// Throws std::invalid_argument if an optimizer says that it is another model's. A user's own need not say so.
template <class Optimizer, class Model>
void require_optimizer_of(const Optimizer& optimizer, const Model& net) {
    if constexpr (requires { optimizer.check_model(net); }) optimizer.check_model(net);
}

/// Ends a step before anything has changed. The gradients in the workspace, earlier ones too, are gone.
template <class Work>
[[noreturn, gnu::cold, gnu::noinline]] void refuse_step(Work& work, std::initializer_list<text_piece> why) {
    work.clear_gradients();
    detail::raise<std::runtime_error>({text_of(why), ": no weight was changed"});
}

/// Throws std::runtime_error if a loss is a NaN or infinite.
template <class Arch, class Work>
void require_finite_loss(Work& work, real_of<Arch> loss) {
    if (!kernels::is_finite<Arch>(loss))
        refuse_step(work, {"the loss is ", number_text(static_cast<double>(loss)),
                           " (lower the learning rate, or scale the data)"});
}

/// Throws std::runtime_error if the gradient by a network's output has a NaN or an infinite value.
template <class Arch, class Work>
void require_finite_output_gradient(Work& work) {
    for (std::size_t k = 0; k < Work::network::outputs.size(); ++k)
        if (!rows_are_finite<Arch>(work.output_gradient(k)))
            refuse_step(work, {"the gradient of the loss by the network's output is not finite"});
}

/// Forward, loss and backward, but the last not before samples, loss and its gradient are found finite.
template <class Arch, class Model, class Work, class Loss, class X, class Target, class Policy>
real_of<Arch> run_checked(const Model& net, Work& work, const Loss& loss, const X& x, const Target& target,
                          Policy& policy) {
    using part = typename Work::network;
    const auto& seen = see_samples<part, real_of<Arch>>(x);
    const auto& samples = view_of(seen);
    find_bad_samples<Arch>(samples, [&](const std::string& bad, const std::string& which) {
        refuse_step(work, {"the ", which, " have ", bad, " (both from 0)"});
    });
    forward<Arch>(net, work, samples);
    if (work.rows() == 0) return 0;
    const real_of<Arch> value = sum_of_losses(write_output_gradient<Arch>(work, loss, target));
    require_finite_loss<Arch>(work, value);
    require_finite_output_gradient<Arch>(work);
    return value +
           static_cast<real_of<Arch>>(
               run_backward<Arch, true, false>(detail::weights_of<part>(net), work, loss, policy).sum);
}

/// The optimizer's step, after a pass that has updated layer by layer.
template <class Arch, class Model, class Work, class Optimizer>
void finish_step(Work& work, update_now<Model, Optimizer>& policy) {
    if (policy.begun)
        work.clear_gradients();
    else // no samples
        policy.optimizer.template step<Arch>(policy.net, work);
}

/// And after any other.
template <class Arch, class Net, class Real, class Work, class Optimizer>
void make_step(model<Net, Real>& net, Work& work, Optimizer& optimizer) {
    optimizer.template step<Arch>(net, work);
    if constexpr (!is_optimizer<Optimizer>) clear_parameter_padding<Arch, Net>(net.storage().data());
}

} // namespace detail

/// One step of training on one batch: accumulate, then the optimizer's step, with the same bits. Returns the
/// loss before the step. Throws as accumulate does; std::invalid_argument if the optimizer is another model's;
/// std::runtime_error if the samples, the loss (its terms included) or its gradient by the output is not finite; then
/// weights, running statistics and the optimizer are as they were, and the workspace has no gradients.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Optimizer,
          class Loss, class X, class Target>
Real train_step(model<Net, Real>& net, workspace<Part, Batch, training, Real>& work, Optimizer& optimizer,
                const Loss& loss, const X& x, const Target& target) {
    using on = machine_of<Arch, Real>;
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Target>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
    Real value = 0;
    if constexpr (detail::optimizer_fits<Optimizer, Net>) {
        detail::require_optimizer_of(optimizer, net);
        if constexpr (detail::updates_by_layer<Optimizer, workspace<Part, Batch, training, Real>> &&
                      !detail::has_terms<Loss>) {
            detail::update_now<model<Net, Real>, Optimizer> policy{net, optimizer};
            value = detail::run_checked<on>(net, work, loss, x, target, policy);
            detail::finish_step<on>(work, policy);
        } else { // what the terms are worth is known at the end of the pass
            detail::add_up policy;
            value = detail::run_checked<on>(net, work, loss, x, target, policy);
            if constexpr (detail::has_terms<Loss>) detail::require_finite_loss<on>(work, value);
            detail::make_step<on>(net, work, optimizer);
        }
    }
    return value;
}

/// The same for a network that is part of something larger: backward from this gradient of the output, then
/// the optimizer's step. Throws as backward and train_step do: std::runtime_error if that gradient is not finite.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Optimizer,
          class Gradient>
void backward_step(model<Net, Real>& net, workspace<Part, Batch, training, Real>& work, Optimizer& optimizer,
                   const Gradient& output_gradient) {
    using on = machine_of<Arch, Real>;
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
    if constexpr (detail::optimizer_fits<Optimizer, Net>) {
        detail::require_optimizer_of(optimizer, net);
        detail::load_output_gradient(work, output_gradient);
        detail::require_finite_output_gradient<on>(work);
        const Real* weights = detail::weights_of<Part>(net);
        if constexpr (detail::updates_by_layer<Optimizer, workspace<Part, Batch, training, Real>>) {
            detail::update_now<model<Net, Real>, Optimizer> policy{net, optimizer};
            detail::run_backward<on, true, false>(weights, work, no_terms{}, policy);
            detail::finish_step<on>(work, policy);
        } else {
            detail::add_up policy;
            detail::run_backward<on, true, false>(weights, work, no_terms{}, policy);
            detail::make_step<on>(net, work, optimizer);
        }
    }
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
