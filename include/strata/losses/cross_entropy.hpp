// Cross-entropy of logits.
#pragma once

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"

namespace strata {

/// The mean over all samples of -sum t log softmax(y): y are logits, one a class, and t probabilities, for
/// instance one-hot. The network ends without a softmax.
struct cross_entropy {
    static constexpr auto expects = expected_output::logits;

    /// Returns the loss and turns the target into the gradient of the loss by y.
    template <class Arch>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        return mean_loss(y, target, y.rows, kernels::cross_entropy_of_logits<Arch>);
    }
};

} // namespace strata
