// Gradients cut down to a norm.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/update_spans.hpp"
#include "strata/kernels/finite.hpp"
#include "strata/kernels/norm.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/model/workspace.hpp"

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// "weight of layer 3 (dense 20)" for the first parameter whose gradient is not finite.
template <class Arch, any_network Net>
std::string name_infinite_gradient(const real_of<Arch>* gradients) {
    for (const placed_parameter& p : parameters_of<Net>)
        if (p.has_gradient && !kernels::all_finite<Arch>(p.what.floats(), gradients + p.gradient_offset))
            return std::string{p.what.name} + " of layer " + std::to_string(p.layer_number) + " (" +
                   describe_layer<Net>(p.layer_number - 1) + ")";
    return {};
}

} // namespace detail

/// Scales all weight gradients in the workspace such that their common Euclidean norm is at most `norm`, and
/// returns what it was (infinity if that is beyond the floats). Call it between accumulate and the optimizer's
/// step; fit does it by fit_options' clip_norm. Throws std::invalid_argument if `norm` is not above 0, and
/// std::runtime_error, which names the layer, if a gradient is a NaN or infinite; nothing is changed then.
/// Pascanu, Mikolov and Bengio, ICML 2013.
template <class Arch = arch, any_network Net, class Batch, class Real>
float clip_gradients(workspace<Net, Batch, training, Real>& work, float norm) {
    using on = machine_of<Arch, Real>;
    if (kernels::is_nan<Arch>(norm) || norm <= 0.0f)
        detail::raise<std::invalid_argument>({"clip_gradients takes a norm above 0, not ", norm});
    if (work.gradients_empty()) return 0.0f;
    Real* gradients = work.parameter_gradients().data();
    bool statistics_finite = true;
    for (const update_span& span : update_spans<Net>)
        if (span.what_for != role::trained)
            statistics_finite =
                statistics_finite && kernels::all_finite<on>(span.floats, gradients + span.gradients);
    const auto norm_times = [&](double factor) {
        double sum = 0;
        for (const update_span& span : update_spans<Net>)
            if (span.what_for == role::trained)
                sum += kernels::sum_of_squares<on>(span.floats, gradients + span.gradients, factor);
        return std::sqrt(sum);
    };
    double factor = 1;
    double before = norm_times(factor);
    if constexpr (!std::is_same_v<Real, float>)
        if (!kernels::is_finite<Arch>(before)) { // squares of doubles overflow
            factor = 0x1p-600;
            before = norm_times(factor);
        }
    if (!statistics_finite || !kernels::is_finite<Arch>(before))
        detail::raise<std::runtime_error>(
            {"the gradient of ", detail::name_infinite_gradient<on, Net>(gradients),
             " holds a NaN or infinity: look for them in the data, or lower the learning "
             "rate"});
    const double limit = static_cast<double>(norm) * factor;
    if (before > limit)
        for (const update_span& span : update_spans<Net>)
            if (span.what_for == role::trained)
                kernels::scale_in_double<on>(span.floats, gradients + span.gradients, limit / before);
    return static_cast<float>(before / factor);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
