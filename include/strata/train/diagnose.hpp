// Where in a step of training numbers stop being finite: for what fit and finite_guard say.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/mark.hpp"
#include "strata/graph/update_spans.hpp"
#include "strata/meta/raise.hpp"
#include "strata/train/backward.hpp"
#include "strata/train/checks.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// What a step of training was at when a number became a NaN or infinite: its data (samples and targets), the forward
/// pass, the loss and its gradient by the outputs, the backward pass, or the weights, which an earlier step or the program
/// has left so.
enum class step_stage { data, forward, loss, backward, weights };

namespace detail {

/// Where the first number that is a NaN or infinite was found, if there is one.
struct found_cause {
    step_stage stage{};
    std::size_t layer = 0; ///< its number, from 1; 0 if it is no layer's
    std::string text;      ///< empty if there is none
};

inline constexpr const char* lower_rate = ": lower the learning rate, or set clip_norm";

/// The name of the last mark before a layer, as files name its weights; empty if there is none.
[[gnu::cold, gnu::noinline]] inline std::string_view last_mark_before(std::size_t layer,
                                                                      std::span<const mark_text> marks) {
    while (layer-- > 0)
        if (marks[layer].is_mark) return marks[layer].name;
    return {};
}
[[gnu::cold, gnu::noinline]] inline std::string layer_text(std::size_t layer, const std::string& description,
                                                           std::span<const mark_text> marks) {
    const std::string_view mark = last_mark_before(layer, marks);
    return text_of({"layer ", layer + 1, " (", description, ")", mark.empty() ? "" : " behind mark \"", mark,
                    mark.empty() ? "" : "\""});
}
/// "layer 7 (dense 288) behind mark "code"".
template <class Net>
std::string layer_text(std::size_t layer) {
    return layer_text(layer, describe_layer<Net>(layer), marks_of<typename Net::layers>::texts);
}

/// The first layer with a weight that is not finite. `Learning` looks at those alone that an optimizer moves.
template <class Arch, class Part, bool Learning = false>
found_cause find_bad_weights(const real_of<Arch>* weights) {
    for (const placed_parameter& p : parameters_of<Part>)
        if ((p.has_gradient || !Learning) && !kernels::all_finite<Arch>(p.what.floats(), weights + p.offset))
            return {step_stage::weights, p.layer_number,
                    text_of({"the ", p.what.name, " of ", layer_text<Part>(p.layer_number - 1),
                             " has a value that is not finite", lower_rate})};
    return {};
}

/// The first sample or target that is not finite.
template <class Arch, class Samples, class Targets>
found_cause find_bad_data(const Samples& x, const Targets& y) {
    found_cause found;
    const auto mend = [&](const std::string& bad, const std::string& which) {
        found.text = text_of({"the ", which, " have ", bad, " (both from 0): mend the data"});
    };
    if (!find_bad_samples<Arch>(x, mend)) find_bad_targets<Arch>(y, mend);
    return found;
}

/// Looks for the first number that is not finite in a step up to the loss: in the samples, the targets, the weights, then
/// in a forward pass (for which the workspace is to draw the same noise again), in the loss, and in its gradient. Says
/// where, and what to do.
struct find_in_loss {
    template <class Arch, class Model, class Work, class Loss, class Samples, class Targets>
    found_cause operator()(const Model& net, Work& work, const Loss& loss, const Samples& x,
                           const Targets& y) const {
        using part = typename Work::network;
        found_cause found = find_bad_data<Arch>(x, y);
        if (!found.text.empty()) return found;
        const real_of<Arch>* weights = detail::weights_of<part>(net);
        found = find_bad_weights<Arch, part>(weights);
        if (!found.text.empty()) return found;

        work.load(x);
        run_forward<Arch, true>(weights, work, [&](std::size_t i, const padded_rows<real_of<Arch>>& output) {
            if (found.text.empty() && !rows_are_finite<Arch>(output))
                found = {
                    step_stage::forward, i + 1,
                    text_of(
                        {"the output of ", layer_text<part>(i),
                         " is not finite, though its input is: scale the data, or lower the learning rate"})};
        });
        if (!found.text.empty()) return found;

        if (!kernels::is_finite<Arch>(sum_of_losses(write_output_gradient<Arch>(work, loss, y))))
            return {step_stage::loss, 0,
                    "all layers' outputs are finite, but the loss of them is not: scale the targets, or "
                    "lower the "
                    "learning rate"};
        for (std::size_t k = 0; k < part::outputs.size(); ++k)
            if (!rows_are_finite<Arch>(work.output_gradient(k)))
                return {
                    step_stage::loss, 0,
                    "the loss is finite, but its gradient by the output is not: scale the targets, or lower "
                    "the learning rate"};
        return {};
    }
};

/// And then in the gradients that the step has left.
template <class Arch, class Part>
found_cause find_cause_in_gradients(const real_of<Arch>* gradients) {
    constexpr auto& begins = Part::table.gradient_offset;
    for (std::size_t i = Part::layer_count; i-- > 0;)
        if (!kernels::all_finite<Arch>(begins[i + 1] - begins[i], gradients + begins[i]))
            return {step_stage::backward, i + 1,
                    text_of({"the gradients of ", layer_text<Part>(i),
                             " are the first on the way back that are not finite", lower_rate})};
    return {step_stage::loss, 0, "a term of the loss is not finite: lower its weight, or the learning rate"};
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
