// Adam, with weight decay kept out of its moments if wanted.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/optimizers/misnamed.hpp"
#include "strata/optimizers/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace strata {

struct adam_options {
    float learning_rate = 0.001f;
    float beta1 = 0.9f;     ///< decay of the mean of the gradients; at least 0, below 1
    float beta2 = 0.999f;   ///< decay of the mean of their squares; at least 0, below 1
    float epsilon = 1e-8f;  ///< PyTorch's; Keras has 1e-7. With 0, weights without a gradient stay as they are
    float weight_decay = 0; ///< AdamW's: each step also takes this part, times the rate, off every weight

    [[nodiscard]] std::size_t states() const { return 2; }

    /// Throws std::invalid_argument for a number that makes no sense.
    void check() const {
        detail::check_not_negative("Adam's learning_rate", learning_rate);
        detail::check_fraction("Adam's beta1", beta1);
        detail::check_fraction("Adam's beta2", beta2);
        detail::check_not_negative("Adam's epsilon", epsilon);
        detail::check_not_negative("Adam's weight_decay", weight_decay);
    }

    template <class Arch>
    void update(std::size_t count, float* weights, const float* gradients, float* means, std::size_t distance,
                std::size_t step) const {
        const double t = static_cast<double>(step);
        const double bias1 = 1.0 - std::pow(static_cast<double>(beta1), t);
        const double bias2 = 1.0 - std::pow(static_cast<double>(beta2), t);
        kernels::adam_update<Arch>(count, weights, means, means + distance, gradients,
                                   {.rate = static_cast<float>(static_cast<double>(learning_rate) / bias1),
                                    .beta1 = beta1,
                                    .beta2 = beta2,
                                    .root_scale = static_cast<float>(1.0 / std::sqrt(bias2)),
                                    .epsilon = std::max(epsilon, std::numeric_limits<float>::min()), // no 0/0
                                    .keep = 1.0f - learning_rate * weight_decay});
    }
};

/// Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015; with weight_decay, Loshchilov and
/// Hutter, "Decoupled weight decay regularization", ICLR 2019. Formulas and defaults of PyTorch.
template <any_network Net>
class adam : public optimizer<Net, adam_options> {
public:
    /// Throws std::invalid_argument for options that make no sense.
    template <class Model>
    explicit adam(const Model& net, const adam_options& options = {})
        : optimizer<Net, adam_options>{net, options} {}
    adam() = delete; // an optimizer is made for a model: adam optimizer{model}
    explicit adam(const adam_options&) = delete; // for a model: adam optimizer{model, {.learning_rate = 0.01f}}
    /// Options under other names, or none of ours.
    template <class Model, class Options = detail::misnamed_options>
    explicit adam(const volatile Model& net, const Options&) : adam{const_cast<const Model&>(net)} {
        static_assert(sizeof(messages::option_of_another_name<Model>) > 0);
    }
};

template <class Net>
inline constexpr bool steps_by_layer<adam<Net>> = true;

adam() -> adam<detail::stand_in_network>;
adam(const adam_options&) -> adam<detail::stand_in_network>;
template <class Model>
adam(const Model&) -> adam<typename Model::network>;
template <class Model>
adam(const Model&, const adam_options&) -> adam<typename Model::network>;
template <class Model, class Options = detail::misnamed_options>
adam(const volatile Model&, const Options&) -> adam<typename Model::network>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
