// Gradients cut down to a norm.
#pragma once

#include "strata/graph/update_spans.hpp"
#include "strata/kernels/penalty.hpp"
#include "strata/train/workspace.hpp"

#include <cmath>

namespace strata {

/// Scales all weight gradients in the workspace such that their common Euclidean norm is at most `norm`, and
/// returns what it was. Call it between accumulate and the optimizer's step; fit does it by fit_options'
/// clip_norm. Pascanu, Mikolov and Bengio, ICML 2013.
template <class Arch = arch, any_network Net, class Batch>
float clip_gradients(workspace<Net, Batch>& work, float norm) {
    if (work.gradients_empty()) return 0.0f;
    float* gradients = work.parameter_gradients().data();
    double sum = 0;
    for (const update_span& span : update_spans<Net>)
        if (span.what_for == role::trained)
            sum += static_cast<double>(kernels::penalize<Arch, kernels::square_function>(
                span.floats, gradients + span.gradients, nullptr, 0.0f));
    const auto before = static_cast<float>(std::sqrt(sum));
    if (before > norm)
        for (const update_span& span : update_spans<Net>)
            if (span.what_for == role::trained)
                kernels::scale<Arch>(span.floats, gradients + span.gradients, norm / before);
    return before;
}

} // namespace strata
