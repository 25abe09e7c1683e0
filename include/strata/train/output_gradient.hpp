// The gradient by a network's output, where the backward pass begins: given, or worked out by a loss.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/loss.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/workspace.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/train/class_targets.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET::detail {

/// A network's outputs in a workspace, as rows that know their shape.
template <class Work>
basic_rows_view<typename Work::real> outputs_of(Work& work) {
    basic_rows_view<typename Work::real> y = work.output();
    y.sample = Work::network::output;
    return y;
}

inline void require_as_many(std::size_t targets, std::size_t samples) {
    if (targets != samples)
        detail::raise<std::invalid_argument>({targets, " targets for ", samples, " samples"});
}

/// Puts a gradient into the place of the output's: rows, or one number for all of it.
template <class Work, class Gradient>
padded_rows<typename Work::real> load_output_gradient(Work& work, const Gradient& gradient) {
    using real = typename Work::real;
    using part = typename Work::network;
    work.check_forward();
    const padded_rows<real> to = work.gradient(part::last_value);
    if constexpr (std::is_convertible_v<const Gradient&, real>) {
        for (std::size_t r = 0; r < to.rows; ++r) std::fill_n(to[r], to.width, static_cast<real>(gradient));
    } else {
        const auto seen = see_rows<real>(gradient, part::output);
        const basic_rows_view<real> rows = seen;
        require_as_many(rows.rows, to.rows);
        copy_rows(rows, to);
    }
    clear_padding(to);
    return to;
}

/// Where nobody else looks at outputs and targets.
struct no_observer {
    template <class Real>
    void operator()(const basic_rows_view<Real>&, const basic_rows_view<Real>&) const {}
};

/// Targets where a loss may read them while it writes its gradient: where they lie, unless that is in the gradient's
/// memory, but not in its order; classes as one-hot rows in that memory. Throws std::out_of_range for an index that is
/// no class.
template <class Work>
basic_rows_view<typename Work::real> load_targets(Work& work,
                                                  const basic_rows_view<typename Work::real>& targets) {
    const padded_rows<typename Work::real> out = work.gradient(Work::network::last_value);
    return overlaps(targets, std::span{out.data, out.rows * out.stride}) ? load_output_gradient(work, targets)
                                                                         : targets;
}
template <class Work>
basic_rows_view<typename Work::real> load_targets(Work& work, const class_targets& targets) {
    using part = typename Work::network;
    const padded_rows<typename Work::real> out = work.gradient(part::last_value);
    require_classes(targets, part::output.last());
    write_one_hot(targets, part::output.last(), out);
    return out;
}

/// Puts the gradient of a loss by the output there, and returns the loss. The target is rows, class indices
/// if the loss takes them, or one number for all of it; it stays as it is. Before, observe(outputs, targets as rows) is
/// called.
template <class Arch, class Work, class Loss, class Target, class Observe = no_observer>
real_of<Arch> write_output_gradient(Work& work, const Loss& loss, const Target& target,
                                    const Observe& observe = {}) {
    using part = typename Work::network;
    work.check_forward();
    const padded_rows<real_of<Arch>> out = work.gradient(part::last_value);
    const rows_of<Arch> y = outputs_of(work);
    real_of<Arch> value = 0;
    if constexpr (std::is_convertible_v<const Target&, real_of<Arch>>) {
        value = loss.template gradient<Arch>(y, load_output_gradient(work, target), y.rows, out);
    } else {
        const auto& seen = see_targets<part, Loss, real_of<Arch>>(target);
        const auto& targets = view_of(seen);
        require_as_many(targets.rows, y.rows);
        const rows_of<Arch> wanted = load_targets(work, targets);
        observe(y, wanted);
        value = loss.template gradient<Arch>(y, wanted, y.rows, out);
    }
    clear_padding(out);
    return value;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
