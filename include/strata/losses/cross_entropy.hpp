// Cross-entropy of logits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/differentiate.hpp"
#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

#include <cstddef>

namespace strata {

/// -sum t log softmax(y) over the last axis (the classes), averaged over all others: over samples, and over
/// the pixels of an image, as in Keras and PyTorch. y are logits, one a class, and t probabilities, for
/// instance one-hot. The network ends without a softmax.
///
/// A logit of -infinity costs nothing where its target is 0. If all logits are -infinity, or one is
/// +infinity, the loss is a NaN, as in PyTorch.
struct cross_entropy {
    static constexpr auto expects = expected_output::logits;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// Returns the loss and turns the target into the gradient of the loss by y. Output is the shape of a
    /// sample; without it, a row is one axis.
    template <class Arch, extents Output = unknown_shape>
    float differentiate(const padded_rows<const float>& y, const padded_rows<float>& target) const {
        const std::size_t classes = Output.rank == 0 ? y.width : Output.last();
        return mean_loss(y, target, y.rows * (y.width / classes),
                         [&](std::size_t count, const float* row, float* t, float scale) {
                             double sum = 0;
                             for (std::size_t i = 0; i < count; i += classes)
                                 sum += static_cast<double>(kernels::cross_entropy_of_logits<Arch>(
                                     classes, row + i, t + i, scale));
                             return sum;
                         });
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
