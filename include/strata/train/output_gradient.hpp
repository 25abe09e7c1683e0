// The gradient by a network's output, where the backward pass begins: given, or worked out by a loss.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/loss.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/train/workspace.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::detail {

/// A network's outputs in a workspace, as rows that know their shape.
template <class Work>
rows_view outputs_of(Work& work) {
    rows_view y = work.output();
    y.sample = Work::network::output;
    return y;
}

inline void require_as_many(const rows_view& targets, std::size_t samples) {
    if (targets.rows != samples)
        throw std::invalid_argument{"strata: " + std::to_string(targets.rows) + " targets for " +
                                    std::to_string(samples) + " samples"};
}

/// Puts a gradient into the place of the output's: rows, or one number for all of it.
template <class Work, class Gradient>
padded_rows<float> load_output_gradient(Work& work, const Gradient& gradient) {
    using net = typename Work::network;
    work.check_forward();
    const padded_rows<float> to = work.template gradient<net::layer_count>();
    if constexpr (std::is_convertible_v<const Gradient&, float>) {
        for (std::size_t r = 0; r < to.rows; ++r) std::fill_n(to[r], to.width, static_cast<float>(gradient));
    } else {
        const auto seen = as_rows(gradient, net::output);
        const rows_view rows = seen;
        require_as_many(rows, to.rows);
        copy_rows(rows, to);
    }
    clear_padding(to);
    return to;
}

/// Puts the gradient of a loss by the output there, and returns the loss. The target is rows, or one number for all of
/// it; it stays as it is.
template <class Arch, class Work, class Loss, class Target>
float write_output_gradient(Work& work, const Loss& loss, const Target& target) {
    using net = typename Work::network;
    work.check_forward();
    const padded_rows<float> out = work.template gradient<net::layer_count>();
    const rows_view y = outputs_of(work);
    float value = 0;
    if constexpr (std::is_convertible_v<const Target&, float>) {
        value = loss.template gradient<Arch>(y, load_output_gradient(work, target), y.rows, out);
    } else {
        const auto seen = as_rows(target, net::output);
        rows_view wanted = seen;
        require_as_many(wanted, y.rows);
        if (overlaps(wanted, {out.data, out.rows * out.stride})) wanted = load_output_gradient(work, wanted);
        value = loss.template gradient<Arch>(y, wanted, y.rows, out);
    }
    clear_padding(out);
    return value;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
