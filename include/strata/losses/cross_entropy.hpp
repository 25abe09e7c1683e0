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
struct cross_entropy : mean_of_rows<cross_entropy> {
    static constexpr bool takes_class_indices = true; ///< integers from 0 on, in place of one-hot rows
    static constexpr auto expects = expected_output::logits;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// Rows fall into groups of classes, the last axis of y.sample; where that is not known, a row is one.
    template <class Arch>
    static std::size_t means(const rows_of<Arch>& y) {
        return y.width / classes<Arch>(y);
    }
    template <class Arch>
    static auto row_loss(const rows_of<Arch>& y) {
        return
            [classes = classes<Arch>(y)](std::size_t count, const real_of<Arch>* row, const real_of<Arch>* t,
                                         real_of<Arch>* gradient, real_of<Arch> scale) {
                double sum = 0;
                for (std::size_t i = 0; i < count; i += classes)
                    sum += kernels::cross_entropy_of_logits<Arch>(
                        classes, row + i, t + i, gradient == nullptr ? nullptr : gradient + i, scale);
                return sum;
            };
    }

private:
    template <class Arch>
    static std::size_t classes(const rows_of<Arch>& y) {
        return y.sample.rank == 0 ? y.width : y.sample.last();
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
