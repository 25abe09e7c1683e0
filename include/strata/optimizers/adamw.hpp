// AdamW: Adam with weight decay by default.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/optimizers/adam.hpp"

namespace strata {

/// Those of Adam, but for weight_decay, which is 0.01 unless chosen otherwise, as in PyTorch.
struct adamw_options {
    float learning_rate = 0.001f;
    float beta1 = 0.9f;
    float beta2 = 0.999f;
    float epsilon = 1e-8f;
    float weight_decay = 0.01f;
};

/// Adam with decoupled weight decay: see adam.
template <any_network Net>
class adamw : public optimizer<Net, adam_options> {
public:
    /// Throws std::invalid_argument for options that make no sense.
    template <class Model>
    explicit adamw(const Model& net, const adamw_options& options = {})
        : optimizer<Net, adam_options>{net,
                                       {.learning_rate = options.learning_rate,
                                        .beta1 = options.beta1,
                                        .beta2 = options.beta2,
                                        .epsilon = options.epsilon,
                                        .weight_decay = options.weight_decay}} {}
    adamw() = delete; // an optimizer is made for a model: adamw optimizer{model}
    explicit adamw(const adamw_options&) = delete; // for a model: adamw optimizer{model, {.learning_rate = 0.01f}}
    /// Options under other names, or none of ours.
    template <class Model, class Options = detail::misnamed_options>
    explicit adamw(const volatile Model& net, const Options&) : adamw{const_cast<const Model&>(net)} {
        static_assert(sizeof(messages::option_of_another_name<Model>) > 0);
    }
};

template <class Net>
inline constexpr bool steps_by_layer<adamw<Net>> = true;

adamw() -> adamw<detail::stand_in_network>;
adamw(const adamw_options&) -> adamw<detail::stand_in_network>;
template <class Model>
adamw(const Model&) -> adamw<typename Model::network>;
template <class Model>
adamw(const Model&, const adamw_options&) -> adamw<typename Model::network>;
template <class Model, class Options = detail::misnamed_options>
adamw(const volatile Model&, const Options&) -> adamw<typename Model::network>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
