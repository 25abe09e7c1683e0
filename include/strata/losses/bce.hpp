// Binary cross-entropy of probabilities.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

namespace strata {

/// The mean over all samples and values of -t log y - (1 - t) log(1 - y), for y in [0, 1], as a sigmoid gives
/// it. Logarithms are cut at -100, as in PyTorch. bce_with_logits is the safer choice: leave the sigmoid out.
struct bce {
    static constexpr auto expects = expected_output::probabilities;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// Returns the loss and turns the target into the gradient of the loss by y.
    template <class Arch>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        return mean_loss(y, target, y.rows * y.width, kernels::binary_cross_entropy<Arch>);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
