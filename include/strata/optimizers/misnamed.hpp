// An optimizer without its model or its rule: what the compiler says then.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/network.hpp"
#include "strata/optimizers/optimizer.hpp"

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class... Arguments>
struct optimizer_without_model_and_rule {
    static_assert(
        always_false<Arguments...>,
        "strata: an optimizer is made of a model and a rule: optimizer opt{model, adam{.learning_rate = "
        "1e-3f}}; the rules are sgd, adam, adamw and rmsprop, each an aggregate of its options, or one of "
        "your own (see optimizer_rule)");
};

template <class Rule>
struct rule_in_place_of_an_optimizer {
    static_assert(always_false<Rule>,
                  "strata: this is a rule, without a model and its state: make an optimizer of "
                  "it: optimizer opt{model, "
                  "adam{.learning_rate = 1e-3f}}");
};

} // namespace messages

namespace detail {

/// Takes whatever an option is given.
struct any_value {
    template <class... Values>
    constexpr any_value(const Values&...) {} // NOLINT(google-explicit-constructor)
};

/// Options in braces, without the rule whose options they are.
struct options_without_a_rule {
    any_value lr{}, learning_rate{}, momentum{}, nesterov{}, beta1{}, beta2{}, decay{}, epsilon{},
        weight_decay{};
};

/// In place of a rule, where there is none.
struct stand_in_rule {
    float learning_rate = 0;
    [[nodiscard]] std::size_t states() const { return 0; }
    template <class Arch>
    void update(const weight_update<Arch>&) const {}
};

} // namespace detail

/// What an optimizer without model and rule becomes: its message, and nothing behind it.
template <>
class optimizer<detail::stand_in_network, detail::stand_in_rule> {
public:
    using network = detail::stand_in_network;
    template <class... Arguments>
    explicit optimizer(const Arguments&...) {
        static_assert(sizeof(messages::optimizer_without_model_and_rule<Arguments...>) > 0);
    }
    template <class Model>
    optimizer(const Model&, const detail::options_without_a_rule&) {
        static_assert(sizeof(messages::optimizer_without_model_and_rule<Model>) > 0);
    }
};

template <class... Arguments>
optimizer(const Arguments&...) -> optimizer<detail::stand_in_network, detail::stand_in_rule>;
template <class Model>
optimizer(const Model&, const detail::options_without_a_rule&)
    -> optimizer<detail::stand_in_network, detail::stand_in_rule>;

namespace messages {

/// It has had its message.
template <class Net>
struct optimizer_of_another_network<optimizer<detail::stand_in_network, detail::stand_in_rule>, Net> {};

} // namespace messages

} // namespace strata

#include "strata/meta/macros_back.hpp"
