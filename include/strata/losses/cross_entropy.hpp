// Cross-entropy of logits.
#pragma once

#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

namespace strata {

/// The mean over all samples of -sum t log softmax(y): y are logits, one a class, and t probabilities, for
/// instance one-hot. The network ends without a softmax.
struct cross_entropy {
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// Returns the loss and turns the target into the gradient of the loss by y.
    template <class Arch>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        return mean_loss(y, target, y.rows, kernels::cross_entropy_of_logits<Arch>);
    }
};

} // namespace strata
