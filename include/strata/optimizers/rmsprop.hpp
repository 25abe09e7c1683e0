// RMSprop.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/update.hpp"
#include "strata/meta/numbers.hpp"
#include "strata/optimizers/optimizer.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace strata::inline STRATA_TARGET {

/// A rule (see rule.hpp): weight -= learning_rate * gradient / (sqrt(mean of squared gradients) + epsilon). Tieleman
/// and Hinton, Coursera 2012, lecture 6.5; formula and defaults of PyTorch, without its momentum.
struct rmsprop {
    float learning_rate = 0.01f; ///< at least 0
    float decay =
        0.99f; ///< of the mean of squared gradients (PyTorch's alpha, Keras's rho); at least 0, below 1
    float epsilon = 1e-8f; ///< PyTorch's; Keras has 1e-7. With 0, weights without a gradient stay as they are

    [[nodiscard]] std::size_t states() const { return 1; }

    /// Throws std::invalid_argument for a number that makes no sense.
    void check() const {
        detail::check_not_negative("RMSprop's learning_rate", learning_rate);
        detail::check_fraction("RMSprop's decay", decay);
        detail::check_not_negative("RMSprop's epsilon", epsilon);
    }

    template <class Arch>
    void update(const weight_update<Arch>& u) const {
        kernels::rmsprop_update<Arch>(u.count, u.weights, u.state(0), u.gradients, learning_rate, decay,
                                      std::max(epsilon, std::numeric_limits<float>::min())); // no 0/0
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
