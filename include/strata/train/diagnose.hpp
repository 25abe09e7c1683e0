// Where in a network numbers stop being finite: for the message of a fit that fails.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/update_spans.hpp"
#include "strata/meta/raise.hpp"
#include "strata/train/backward.hpp"
#include "strata/train/checks.hpp"

#include <cstddef>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET::detail {

inline constexpr const char* lower_rate = ": lower the learning rate, or set clip_norm";

template <class Net>
std::string layer_text(std::size_t layer) {
    return text_of({"layer ", layer + 1, " (", describe_layer<Net>(layer), ")"});
}

/// The first layer with a weight that is not finite, as text; empty if there is none. `Learning` looks at
/// those alone that an optimizer moves.
template <class Arch, class Part, bool Learning = false>
std::string find_bad_weights(const real_of<Arch>* weights) {
    for (const placed_parameter& p : parameters_of<Part>)
        if ((p.has_gradient || !Learning) && !kernels::all_finite<Arch>(p.what.floats(), weights + p.offset))
            return text_of({"the ", p.what.name, " of ", layer_text<Part>(p.layer_number - 1)});
    return {};
}

/// Looks for the first number that is not finite in a step up to the loss: in the samples, the targets, the weights, then
/// in a forward pass (for which the workspace is to draw the same noise again), in the loss, and in its gradient. Returns
/// where, and what to do; empty if there is none.
template <class Arch, class Model, class Work, class Loss, class Samples, class Targets>
std::string find_cause_in_loss(const Model& net, Work& work, const Loss& loss, const Samples& x,
                               const Targets& y) {
    using part = typename Work::network;
    std::string data;
    const auto mend = [&](const std::string& bad, const std::string& which) {
        data = text_of({"the ", which, " have ", bad, " (both from 0): mend the data"});
    };
    if (find_bad_samples<Arch>(x, mend) || find_bad_targets<Arch>(y, mend)) return data;
    const real_of<Arch>* weights = detail::weights_of<part>(net);
    if (const std::string bad = find_bad_weights<Arch, part>(weights); !bad.empty())
        return text_of({bad, " has a value that is not finite", lower_rate});

    std::string found;
    work.load(x);
    run_forward<Arch, true>(weights, work, [&](std::size_t i, const padded_rows<real_of<Arch>>& output) {
        if (found.empty() && !rows_are_finite<Arch>(output))
            found =
                text_of({"the output of ", layer_text<part>(i),
                         " is not finite, though its input is: scale the data, or lower the learning rate"});
    });
    if (!found.empty()) return found;

    if (!kernels::is_finite<Arch>(sum_of_losses(write_output_gradient<Arch>(work, loss, y))))
        return "all layers' outputs are finite, but the loss of them is not: scale the targets, or lower the "
               "learning rate";
    for (std::size_t k = 0; k < part::outputs.size(); ++k)
        if (!rows_are_finite<Arch>(work.output_gradient(k)))
            return "the loss is finite, but its gradient by the output is not: scale the targets, or lower "
                   "the "
                   "learning rate";
    return {};
}

/// And then in the gradients that the step has left.
template <class Arch, class Part>
std::string find_cause_in_gradients(const real_of<Arch>* gradients) {
    constexpr auto& begins = Part::table.gradient_offset;
    for (std::size_t i = Part::layer_count; i-- > 0;)
        if (!kernels::all_finite<Arch>(begins[i + 1] - begins[i], gradients + begins[i]))
            return text_of({"the gradients of ", layer_text<Part>(i),
                            " are the first on the way back that are not finite", lower_rate});
    return "a term of the loss is not finite: lower its weight, or the learning rate";
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
