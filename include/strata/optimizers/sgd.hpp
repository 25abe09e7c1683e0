// Stochastic gradient descent, with momentum and Nesterov's variant of it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/update.hpp"
#include "strata/meta/numbers.hpp"
#include "strata/meta/raise.hpp"
#include "strata/optimizers/optimizer.hpp"

#include <cstddef>
#include <stdexcept>

namespace strata::inline STRATA_TARGET {

/// A rule (see rule.hpp): velocity = momentum * velocity + gradient; weight -= learning_rate * velocity. The formula
/// of PyTorch, and for a constant rate that of Keras.
struct sgd {
    float learning_rate = 0.01f; ///< at least 0
    float momentum = 0.0f;       ///< how much of the last step is kept; at least 0, below 1
    bool nesterov = false;       ///< look ahead along the momentum, above 0 (Sutskever and others, ICML 2013)

    [[nodiscard]] std::size_t states() const { return momentum != 0.0f ? 1 : 0; }

    /// Throws std::invalid_argument for a number that makes no sense, and for nesterov without momentum.
    void check() const {
        detail::check_not_negative("sgd's learning_rate", learning_rate);
        detail::check_fraction("sgd's momentum", momentum);
        if (nesterov && momentum == 0.0f)
            detail::raise<std::invalid_argument>(
                "sgd's nesterov looks ahead along the momentum, which is 0: choose "
                "one, 0.9 for instance");
    }

    template <class Arch>
    void update(const weight_update<Arch>& u) const {
        if (momentum == 0.0f)
            kernels::descend<Arch>(u.count, u.weights, u.gradients, learning_rate);
        else
            kernels::descend_with_momentum<Arch>(u.count, u.weights, u.state(0), u.gradients, learning_rate,
                                                 momentum, nesterov);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
