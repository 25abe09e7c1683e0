// A user's targets as rows or class indices, whichever the losses take: of several outputs a tuple.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/graph/operand_messages.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/refused_rows.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/losses_of_outputs.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Net, class Outputs, class Given>
struct targets_for_other_outputs {
    static_assert(
        always_false<Net>,
        "strata: this network has another number of outputs than targets are handed in: one takes targets by "
        "themselves, several a tuple in the list's order: std::tie(digits, styles)");
};

} // namespace messages

namespace detail {

/// Targets of one output, as rows or as class_targets. Throws std::invalid_argument if they have not its shape.
template <class Loss, class Real, class Target>
decltype(auto) see_target(const Target& target, const extents& output) {
    const std::size_t width = output.count() / output.last();
    if constexpr (std::is_same_v<Target, class_targets>) {
        static_assert(
            takes_class_indices<Loss>,
            "strata: these minibatches have class indices for targets, which cross_entropy takes; this loss "
            "takes rows: a 1 in the column of each class");
        if (target.width != width)
            detail::raise<std::invalid_argument>(
                {target.width, " class indices a sample for outputs of ", output, ", which have ", width});
        return class_targets{target};
    } else if constexpr (classes_for<Loss, Target>) {
        return as_class_targets(target, width);
    } else {
        if constexpr (takes_class_indices<Loss> && numbers_in_one_piece<Target>)
            if (std::size(target) % output.count() != 0)
                detail::raise<std::invalid_argument>({"targets of ", std::size(target),
                                                      " floats are not whole rows of ", output,
                                                      classes_are_integers});
        return see_rows<Real>(target, output);
    }
}

/// To be asserted of size above 0 by each verb that takes targets, which instantiates the message.
template <class Net, class Target>
using targets_error =
    std::conditional_t<is_for<Target, Net::outputs.size()> || stands_in<Net>, messages::none,
                       messages::targets_for_other_outputs<Net, messages::outputs<Net::outputs.size()>,
                                                           messages::given<tuple_parts<Target>>>>;

/// Whether targets are as many as a network's outputs, and have their losses: else a verb does no more than say so.
template <class Net, class Loss, class Target>
inline constexpr bool targets_fit = is_for<Target, Net::outputs.size()> && losses_fit<Net, Loss>;

/// Targets of a network and its losses: see_target of each output, and view_of() what they are.
template <class Net, class Loss, class Real, class Target>
auto see_targets(const Target& target) {
    constexpr std::size_t count = Net::outputs.size();
    if constexpr (!targets_fit<Net, Loss, Target>) {
        return views_t<basic_rows_view<Real>, count>{};
    } else if constexpr (count == 1) {
        return see_target<loss_at_t<Net, 0, Loss>, Real>(target, Net::output);
    } else {
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            return seen_parts<decltype(see_target<loss_at_t<Net, K, Loss>, Real>(part_at<K>(target),
                                                                                 Net::outputs[K]))...>{
                {see_target<loss_at_t<Net, K, Loss>, Real>(part_at<K>(target), Net::outputs[K])...}};
        }(std::make_index_sequence<count>{});
    }
}

/// Targets of one output, rows or class indices: where it is not known before which.
template <class Real>
struct any_targets {
    basic_rows_view<Real> numbers{};
    class_targets classes{};
    bool are_classes = false;
    std::size_t rows = 0;
    const std::uint32_t* order = nullptr;

    any_targets() = default;
    explicit any_targets(const basic_rows_view<Real>& targets)
        : numbers{targets}, rows{targets.rows}, order{targets.order} {}
    explicit any_targets(const class_targets& targets)
        : classes{targets}, are_classes{true}, rows{targets.rows}, order{targets.order} {}

    [[nodiscard]] any_targets part(std::size_t first, std::size_t count) const {
        return are_classes ? any_targets{classes.part(first, count)}
                           : any_targets{numbers.part(first, count)};
    }
    /// As rows: where they lie, or class indices as one-hot rows of so many classes in memory that has room for them.
    [[nodiscard]] basic_rows_view<Real> in_rows(std::size_t classes_of_output, Real* memory,
                                                std::size_t width) const {
        if (!are_classes) return numbers;
        const padded_rows<Real> to{memory, rows, width};
        write_one_hot(classes, classes_of_output, to);
        return to;
    }
};

/// Targets as any_targets: of several outputs several_rows of them.
template <class Real, class Targets>
auto in_any_kind(const Targets& targets) {
    if constexpr (tuple_parts<Targets> > 0)
        return std::apply([](const auto&... one) { return several_rows{any_targets<Real>{one}...}; },
                          targets.views);
    else
        return any_targets<Real>{targets};
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
