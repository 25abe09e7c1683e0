// What other libraries call an optimizer's options, and an optimizer without a model: so that the compiler can say what
// to write here.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/network.hpp"

namespace strata {

namespace messages {

template <class Model>
struct option_of_another_name {
    static_assert(sizeof(Model*) == 0,
                  "strata: an optimizer's options go by name and in this order: sgd{model, {.learning_rate = 0.1f}} and momentum, "
                  "nesterov; adam and adamw learning_rate, beta1, beta2, epsilon, weight_decay; rmsprop learning_rate, decay, "
                  "epsilon; weight decay with sgd is a term of the loss: mse{} + 1e-4f * on_weights(l2{})");
};

/// An optimizer that was made for no model has had its message.
template <template <any_network> class Optimizer, class Net>
struct optimizer_of_another_network<Optimizer<detail::stand_in_network>, Net> {};

} // namespace messages

namespace detail {

/// Takes whatever an option is given.
struct any_value {
    template <class... Values>
    constexpr any_value(const Values&...) {} // NOLINT(google-explicit-constructor)
};

/// Options under the names of PyTorch, Keras and papers, in their order, beside ours. An optimizer takes them where its
/// own options do not fit, and refuses them: its constructor from a const volatile model is the worse one of the two.
struct misnamed_options {
    any_value lr{}, rate{}, step_size{}, eta{}, learningRate{}, learning_rate{}, lr_decay{}, momentum{}, dampening{};
    any_value betas{}, beta_1{}, beta_2{}, beta1{}, beta2{}, rho{}, alpha{}, gamma{}, decay{}, eps{}, epsilon{};
    any_value weight_decay{}, weightDecay{}, l2{}, nesterov{}, amsgrad{}, centered{}, maximize{}, clipnorm{}, clip_norm{};
};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
