// Adam, with weight decay kept out of its moments if wanted.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/update.hpp"
#include "strata/meta/numbers.hpp"
#include "strata/optimizers/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace strata::inline STRATA_TARGET {

/// A rule (see rule.hpp): at step t, with gradient g, m = beta1 * m + (1 - beta1) * g, v = beta2 * v + (1 - beta2) * g^2, and
/// weight = (1 - learning_rate * weight_decay) * weight - learning_rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) +
/// epsilon). Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015; with weight_decay,
/// Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019. Formulas and defaults of PyTorch.
struct adam {
    float learning_rate = 0.001f; ///< at least 0
    float beta1 = 0.9f;           ///< decay of the mean of the gradients; at least 0, below 1
    float beta2 = 0.999f;         ///< decay of the mean of their squares; at least 0, below 1
    float epsilon = 1e-8f; ///< PyTorch's; Keras has 1e-7. With 0, weights without a gradient stay as they are
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
    void update(const weight_update<Arch>& u) const {
        using real = real_of<Arch>;
        const double t = static_cast<double>(u.step);
        const double bias1 = 1.0 - std::pow(static_cast<double>(beta1), t);
        const double bias2 = 1.0 - std::pow(static_cast<double>(beta2), t);
        kernels::adam_update<Arch>(u.count, u.weights, u.state(0), u.state(1), u.gradients,
                                   {.rate = static_cast<real>(static_cast<double>(learning_rate) / bias1),
                                    .beta1 = beta1,
                                    .beta2 = beta2,
                                    .root_scale = static_cast<real>(1.0 / std::sqrt(bias2)),
                                    .epsilon = std::max(epsilon, std::numeric_limits<float>::min()), // no 0/0
                                    .keep = 1 - real{learning_rate} * real{weight_decay}});
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
