// What finite_guard needs beside fit's step: the search for the first layer on the way back, and targets as numbers.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/train/diagnose.hpp"
#include "strata/train/targets.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET::detail {

/// A policy of a backward pass for the weights that looks for the first layer on the way back whose weights' gradients, or
/// the gradient that it hands back, are not finite.
template <class Arch>
struct look_back : add_up {
    found_cause& found;

    template <class, class Work>
    void complete(Work& work, std::size_t layer) const {
        using part = typename Work::network;
        constexpr auto& begins = part::table.gradient_offset;
        if (found.text.empty() &&
            !kernels::all_finite<Arch>(begins[layer + 1] - begins[layer],
                                       work.parameter_gradients().data() + begins[layer]))
            say<part>(layer, "the gradients of ", " are the first on the way back that are not finite");
    }
    template <class Work>
    void handed_back(Work& work, std::size_t layer) const {
        using part = typename Work::network;
        for (const std::size_t v : part::topology.operands_of(layer))
            if (found.text.empty() && hands_on_to<part, true, false>(v) &&
                !rows_are_finite<Arch>(work.gradient(v)))
                say<part>(layer, "the gradient that ",
                          " hands back is not finite, though the one that it gets is");
    }

private:
    template <class Part>
    void say(std::size_t layer, const char* before, const char* behind) const {
        found = {step_stage::backward, layer + 1,
                 text_of({before, layer_text<Part>(layer), behind, lower_rate})};
    }
};

/// Where finite_guard looks for a cause: where fit does, and layer by layer on the way back.
struct find_in_step {
    template <class Arch, class Model, class Work, class Loss, class Samples, class Targets>
    found_cause operator()(const Model& net, Work& work, const Loss& loss, const Samples& x,
                           const Targets& y) const {
        found_cause found = find_in_loss{}.template operator()<Arch>(net, work, loss, x, y);
        if (!found.text.empty()) return found;
        work.clear_gradients();
        look_back<Arch> policy{{}, found};
        detail::run_backward<Arch, true, false>(detail::weights_of<typename Work::network>(net), work, loss,
                                                policy);
        return found;
    }
};

/// One number in place of all targets of an output.
template <class Real>
struct one_target {
    Real value = 0;
    std::size_t rows = 0;
    const std::uint32_t* order = nullptr;
    [[nodiscard]] one_target part(std::size_t, std::size_t count) const { return {value, count}; }
    explicit(false) operator Real() const { return value; } // NOLINT(google-explicit-constructor)
};

template <class Net, class Loss, class Real, std::size_t K, class Target>
auto see_target_or_number(const Target& target, std::size_t rows) {
    const auto& one = part_at<K>(target);
    if constexpr (std::is_convertible_v<decltype(one), Real>)
        return one_target<Real>{static_cast<Real>(one), rows};
    else
        return see_target<loss_at_t<Net, K, Loss>, Real>(one, Net::outputs[K]);
}
/// see_targets, or one number for all targets of an output.
template <class Net, class Loss, class Real, class Target>
auto see_targets_or_numbers(const Target& target, std::size_t rows) {
    if constexpr (Net::outputs.size() == 1)
        return see_target_or_number<Net, Loss, Real, 0>(target, rows);
    else
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            return seen_parts<decltype(see_target_or_number<Net, Loss, Real, K>(target, rows))...>{
                {see_target_or_number<Net, Loss, Real, K>(target, rows)...}};
        }(std::make_index_sequence<Net::outputs.size()>{});
}

/// What stands for a workspace in fit: a team of ranks is a team.
template <class Work>
struct work_in_fit {
    using type = Work;
};
template <class Work>
requires requires { typename Work::team_type; }
struct work_in_fit<Work> {
    using type = typename Work::team_type;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
