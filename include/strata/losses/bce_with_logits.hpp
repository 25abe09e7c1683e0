// Binary cross-entropy of logits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

namespace strata {

/// bce of the sigmoid of y, computed such that no y overflows: for networks that end before their sigmoid.
struct bce_with_logits {
    static constexpr auto expects = expected_output::logits;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// Returns the loss and turns the target into the gradient of the loss by y.
    template <class Arch>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        return mean_loss(y, target, y.rows * y.width, kernels::binary_cross_entropy_of_logits<Arch>);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
