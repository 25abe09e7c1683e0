// RMSprop.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/optimizers/misnamed.hpp"
#include "strata/optimizers/optimizer.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace strata {

struct rmsprop_options {
    float learning_rate = 0.01f;
    float decay = 0.99f;   ///< of the mean of squared gradients (PyTorch's alpha, Keras's rho); at least 0, below 1
    float epsilon = 1e-8f; ///< PyTorch's; Keras has 1e-7. With 0, weights without a gradient stay as they are

    [[nodiscard]] std::size_t states() const { return 1; }

    /// Throws std::invalid_argument for a number that makes no sense.
    void check() const {
        detail::check_not_negative("RMSprop's learning_rate", learning_rate);
        detail::check_fraction("RMSprop's decay", decay);
        detail::check_not_negative("RMSprop's epsilon", epsilon);
    }

    template <class Arch>
    void update(std::size_t count, float* weights, const float* gradients, float* squares, std::size_t,
                std::size_t) const {
        kernels::rmsprop_update<Arch>(count, weights, squares, gradients, learning_rate, decay,
                                      std::max(epsilon, std::numeric_limits<float>::min())); // no 0/0
    }
};

/// weight -= learning_rate * gradient / (sqrt(mean of squared gradients) + epsilon). Tieleman and Hinton,
/// Coursera 2012, lecture 6.5; formula and defaults of PyTorch, without its momentum.
template <any_network Net>
class rmsprop : public optimizer<Net, rmsprop_options> {
public:
    /// Throws std::invalid_argument for options that make no sense.
    template <class Model>
    explicit rmsprop(const Model& net, const rmsprop_options& options = {})
        : optimizer<Net, rmsprop_options>{net, options} {}
    rmsprop() = delete; // an optimizer is made for a model: rmsprop optimizer{model}
    explicit rmsprop(const rmsprop_options&) = delete; // for a model: rmsprop optimizer{model, {.learning_rate = 0.01f}}
    /// Options under other names, or none of ours.
    template <class Model, class Options = detail::misnamed_options>
    explicit rmsprop(const volatile Model& net, const Options&) : rmsprop{const_cast<const Model&>(net)} {
        static_assert(sizeof(messages::option_of_another_name<Model>) > 0);
    }
};

template <class Net>
inline constexpr bool steps_by_layer<rmsprop<Net>> = true;

rmsprop() -> rmsprop<detail::stand_in_network>;
rmsprop(const rmsprop_options&) -> rmsprop<detail::stand_in_network>;
template <class Model>
rmsprop(const Model&) -> rmsprop<typename Model::network>;
template <class Model>
rmsprop(const Model&, const rmsprop_options&) -> rmsprop<typename Model::network>;
template <class Model, class Options = detail::misnamed_options>
rmsprop(const volatile Model&, const Options&) -> rmsprop<typename Model::network>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
