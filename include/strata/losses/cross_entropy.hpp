// Cross-entropy of logits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// -sum t log softmax(y) over the last axis (the classes), averaged over all others: over samples, and over
/// the pixels of an image, as in Keras and PyTorch. y are logits, one a class, and t probabilities, for
/// instance one-hot, or class indices: one integer a sample, or a pixel. The network ends without a softmax.
///
/// A logit of -infinity costs nothing where its target is 0. If all logits are -infinity, or one is
/// +infinity, the loss is a NaN, as in PyTorch.
struct cross_entropy {
    static constexpr bool takes_class_indices = true; ///< integers from 0 on, in place of one-hot rows
    static constexpr auto expects = expected_output::logits;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// See loss.hpp. The classes are the last axis of y.sample; where that is not known, a row is one axis.
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mean<Arch>(y, target, samples, {});
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return mean<Arch>(y, target, samples, out);
    }

private:
    template <class Arch>
    static real_of<Arch> mean(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                              const padded_rows<real_of<Arch>>& out) {
        const std::size_t classes = y.sample.rank == 0 ? y.width : y.sample.last();
        return mean_loss(
            y, target, samples * (y.width / classes),
            [classes](std::size_t count, const real_of<Arch>* row, const real_of<Arch>* t,
                      real_of<Arch>* slope, real_of<Arch> scale) {
                double sum = 0;
                for (std::size_t i = 0; i < count; i += classes)
                    sum += static_cast<double>(kernels::cross_entropy_of_logits<Arch>(
                        classes, row + i, t + i, slope == nullptr ? nullptr : slope + i, scale));
                return sum;
            },
            out);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
