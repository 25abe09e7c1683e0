// The part of the samples whose class a network finds.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"
#include "strata/metrics/predictions.hpp"

#include <cstddef>
#include <optional>

namespace strata::inline STRATA_TARGET {

/// From 0 to 1: the part of the samples, or of the pixels of images, for which the largest output along the
/// last axis, the first of equals, is that of the true class. Outputs are logits or probabilities; targets
/// are one-hot rows (the class is their largest value, as in Keras's CategoricalAccuracy) or class indices:
/// integers, or whole floats.
///     accuracy{}(predict(net, images), labels);
///     accuracy{.threshold = 0}(logits, labels);         // one output: class 1 is above it
///     accuracy{.threshold = 0.5f}(probabilities, labels);
/// A single output needs the threshold: 0 for logits, as the sigmoid of 0 is 0.5, and 0.5 for probabilities.
/// Throws std::invalid_argument if there are no samples, if an output is a NaN, if a single output has no
/// threshold, if a target is no class, or if shapes or counts do not fit.
struct accuracy {
    static constexpr const char* name = "accuracy"; ///< in reports

    std::optional<float> threshold{}; ///< of a single output: class 1 is above it

    /// The share, from 0 to 1.
    template <class Arch = arch, class Outputs, class Targets>
    double operator()(const Outputs& outputs, const Targets& targets) const {
        std::size_t right = 0, all = 0;
        detail::visit_predictions<Arch>(outputs, targets, threshold, name,
                                        [&](std::size_t predicted, std::size_t actual, std::size_t) {
                                            right += predicted == actual ? 1 : 0;
                                            ++all;
                                        });
        return static_cast<double>(right) / static_cast<double>(all);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
