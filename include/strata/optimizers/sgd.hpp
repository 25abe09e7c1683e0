// Stochastic gradient descent, with momentum and Nesterov's variant of it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/optimizers/misnamed.hpp"
#include "strata/optimizers/optimizer.hpp"

#include <cstddef>
#include <stdexcept>

namespace strata {

struct sgd_options {
    float learning_rate = 0.01f;
    float momentum = 0.0f; ///< how much of the last step is kept; at least 0, below 1
    bool nesterov = false; ///< look ahead along the momentum, above 0 (Sutskever and others, ICML 2013)

    [[nodiscard]] std::size_t states() const { return momentum != 0.0f ? 1 : 0; }

    /// Throws std::invalid_argument for a number that makes no sense, and for nesterov without momentum.
    void check() const {
        detail::check_not_negative("sgd's learning_rate", learning_rate);
        detail::check_fraction("sgd's momentum", momentum);
        if (nesterov && momentum == 0.0f)
            throw std::invalid_argument{"strata: sgd's nesterov looks ahead along the momentum, which is 0: choose "
                                        "one, 0.9 for instance"};
    }

    template <class Arch>
    void update(std::size_t count, float* weights, const float* gradients, float* velocity, std::size_t,
                std::size_t) const {
        if (momentum == 0.0f)
            kernels::descend<Arch>(count, weights, gradients, learning_rate);
        else
            kernels::descend_with_momentum<Arch>(count, weights, velocity, gradients, learning_rate, momentum,
                                                 nesterov);
    }
};

/// velocity = momentum * velocity + gradient; weight -= learning_rate * velocity. The formula of PyTorch, and
/// for a constant rate that of Keras.
template <any_network Net>
class sgd : public optimizer<Net, sgd_options> {
public:
    /// Throws std::invalid_argument for options that make no sense.
    template <class Model>
    explicit sgd(const Model& net, const sgd_options& options = {}) : optimizer<Net, sgd_options>{net, options} {}
    sgd() = delete; // an optimizer is made for a model: sgd optimizer{model}
    explicit sgd(const sgd_options&) = delete; // for a model: sgd optimizer{model, {.learning_rate = 0.01f}}
    /// Options under other names, or none of ours.
    template <class Model, class Options = detail::misnamed_options>
    explicit sgd(const volatile Model& net, const Options&) : sgd{const_cast<const Model&>(net)} {
        static_assert(sizeof(messages::option_of_another_name<Model>) > 0);
    }
};

template <class Net>
inline constexpr bool steps_by_layer<sgd<Net>> = true;

sgd() -> sgd<detail::stand_in_network>;
sgd(const sgd_options&) -> sgd<detail::stand_in_network>;
template <class Model>
sgd(const Model&) -> sgd<typename Model::network>;
template <class Model>
sgd(const Model&, const sgd_options&) -> sgd<typename Model::network>;
template <class Model, class Options = detail::misnamed_options>
sgd(const volatile Model&, const Options&) -> sgd<typename Model::network>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
