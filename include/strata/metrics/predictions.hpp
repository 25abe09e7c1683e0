// What classification metrics read: for each sample, or each pixel of an image, the class that a network's
// outputs predict and the true one.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/data/argmax.hpp"
#include "strata/kernels/argmax.hpp"
#include "strata/kernels/finite.hpp"
#include "strata/meta/raise.hpp"
#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/extents.hpp"
#include "strata/tensor/float_rows.hpp"
#include "strata/tensor/rows.hpp"

#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET::detail {

/// The class that a sample's outputs predict: the first of the largest, or of a single one whether it is
/// above the threshold.
template <class Arch>
std::size_t predicted_class(std::size_t classes, const float* outputs, float threshold, std::size_t row) {
    if (classes > 1) return class_of_outputs<Arch>(classes, outputs, row);
    if (kernels::is_nan<Arch>(*outputs))
        detail::raise<std::invalid_argument>(
            {"the output in row ", row, " (from 0) is a nan: it stands for no class"});
    return *outputs > threshold ? 1 : 0;
}

/// Throws std::invalid_argument, for a target that is no class.
[[noreturn]] inline void refuse_target(std::size_t row, const char* what) {
    detail::raise<std::invalid_argument>({"the target in row ", row, " (from 0) is no class: ", what});
}

/// The class of a one-hot target, or of a single one whether it is nearer to 1 than to 0.
template <class Arch>
std::size_t class_of_target(std::size_t classes, const float* target, std::size_t row) {
    if (classes > 1) {
        const kernels::largest_float found = kernels::find_largest<Arch>(classes, target);
        if (found.count != 1)
            refuse_target(row, "a one-hot row has one value that is larger than the others");
        return found.index;
    }
    if (kernels::is_nan<Arch>(*target) || *target < 0 || *target > 1 || *target == 0.5f)
        refuse_target(row, "of a single output it is 0 or 1");
    return *target > 0.5f ? 1 : 0;
}

/// The class of a target that is its index.
template <class Arch>
std::size_t class_of_index(std::size_t classes, const float& index, std::size_t row) {
    if (kernels::is_finite<Arch>(index) && index >= 0 && index < static_cast<float>(classes)) {
        const auto found = static_cast<std::size_t>(index);
        if (static_cast<float>(found) == index) return found;
    }
    refuse_target(row, "a class index is a whole number from 0 to the number of classes minus 1");
}

/// Throws std::invalid_argument for no rows, and for a single output whose threshold is not known.
template <class Arch>
void require_predictions(const rows_view& outputs, std::size_t classes, const std::optional<float>& threshold,
                         const char* metric) {
    if (outputs.rows == 0 || classes == 0)
        detail::raise<std::invalid_argument>({metric, " needs at least one sample, and was given none"});
    if (classes == 1 && (!threshold || kernels::is_nan<Arch>(*threshold)))
        detail::raise<std::invalid_argument>(
            {metric, " of a single output needs to know above what it means class 1: ", metric,
             "{.threshold = 0} for logits (bce_with_logits), ", metric,
             "{.threshold = 0.5f} for probabilities (bce)"});
}

/// visit(predicted, true class, number of classes) for each.
template <class Arch, class Visit>
void visit_rows(const rows_view& outputs, const rows_view& targets, const std::optional<float>& threshold,
                const char* metric, const Visit& visit) {
    const rows_view& shaped = outputs.sample.rank > 0 || targets.width != outputs.width ? outputs : targets;
    const std::size_t classes = sample_of_rows(shaped).last();
    if (outputs.rows != targets.rows)
        detail::raise<std::invalid_argument>({outputs.rows, " outputs, but ", targets.rows, " targets"});
    require_predictions<Arch>(outputs, classes, threshold, metric);
    const std::size_t pixels = outputs.width / classes;
    const bool indices = classes > 1 && targets.width == pixels;
    if (targets.width != outputs.width && !indices)
        detail::raise<std::invalid_argument>({"targets of ", sample_of_rows(targets), " for outputs of ",
                                              sample_of_rows(outputs),
                                              ": one-hot rows of the same shape, or class indices"});
    for (std::size_t r = 0; r < outputs.rows; ++r) {
        const float* output = outputs[r].data();
        const float* target = targets[r].data();
        for (std::size_t i = 0; i < pixels; ++i)
            visit(predicted_class<Arch>(classes, output + i * classes, threshold.value_or(0.0f), r),
                  indices ? class_of_index<Arch>(classes, target[i], r)
                          : class_of_target<Arch>(classes, target + i * classes, r),
                  classes == 1 ? 2 : classes);
    }
}

/// The same for class indices, one for each sample or pixel.
template <class Arch, class_indices Targets, class Visit>
void visit_indices(const rows_view& outputs, const Targets& targets, const std::optional<float>& threshold,
                   const char* metric, const Visit& visit) {
    const std::size_t classes = sample_of_rows(outputs).last();
    const std::size_t pixels = classes == 0 ? 0 : outputs.width / classes;
    const auto count = static_cast<std::size_t>(std::size(targets));
    if (count != outputs.rows * pixels)
        detail::raise<std::invalid_argument>(
            {outputs.rows, " outputs of ", sample_of_rows(outputs), ", but ", count, " class indices"});
    require_predictions<Arch>(outputs, classes, threshold, metric);
    const std::size_t known = classes == 1 ? 2 : classes;
    std::size_t place = 0;
    for (const auto index : targets) {
        const std::size_t row = place / pixels;
        visit(predicted_class<Arch>(classes, outputs[row].data() + place % pixels * classes,
                                    threshold.value_or(0.0f), row),
              checked_class(index, known, place), known);
        ++place;
    }
}

/// visit(predicted, true class, number of classes) for each sample, or each pixel of each image. Outputs or
/// targets may be floats in one piece if the others say how many there are.
template <class Arch, class Outputs, class Targets, class Visit>
void visit_predictions(const Outputs& outputs, const Targets& targets, const std::optional<float>& threshold,
                       const char* metric, const Visit& visit) {
    if constexpr (flat_floats<Outputs> && flat_floats<Targets>) {
        static_assert(!flat_floats<Outputs>,
                      "strata: these values do not say how many of them are a sample: hand in "
                      "as_rows(values, Net::output)");
    } else if constexpr (flat_floats<Outputs> && class_indices<Targets>) {
        const std::span<const float> values = outputs;
        const auto count = static_cast<std::size_t>(std::size(targets));
        if (count == 0 ? !values.empty() : values.size() % count != 0)
            detail::raise<std::invalid_argument>(
                {values.size(), " outputs are not as many for each of ", count, " class indices"});
        const std::size_t classes = count == 0 ? 1 : values.size() / count;
        visit_indices<Arch>({values.data(), count, classes, classes, nullptr, extents{classes}}, targets,
                            threshold, metric, visit);
    } else if constexpr (class_indices<Targets>) {
        const auto& seen = see_floats(outputs, any_sample{});
        visit_indices<Arch>(seen, targets, threshold, metric, visit);
    } else if constexpr (flat_floats<Outputs>) {
        const auto& wanted = see_floats(targets, any_sample{});
        const rows_view rows = wanted;
        visit_rows<Arch>(as_rows(std::span<const float>{outputs}, sample_of_rows(rows)), rows, threshold,
                         metric, visit);
    } else if constexpr (flat_floats<Targets>) {
        const auto& seen = see_floats(outputs, any_sample{});
        const rows_view rows = seen;
        visit_rows<Arch>(rows, as_rows(std::span<const float>{targets}, sample_of_rows(rows)), threshold,
                         metric, visit);
    } else {
        const auto& seen = see_floats(outputs, any_sample{});
        const auto& wanted = see_floats(targets, any_sample{});
        visit_rows<Arch>(seen, wanted, threshold, metric, visit);
    }
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
