// The gradient by a network's outputs, where the backward pass begins: given, or worked out by a loss.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/loss.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/workspace.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/losses_of_outputs.hpp"
#include "strata/train/targets.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Net, class Outputs, class Given>
struct gradients_for_other_outputs {
    static_assert(
        always_false<Net>,
        "strata: this network has another number of outputs than gradients are handed in: one takes its "
        "gradient by itself, several a tuple in the list's order");
};

} // namespace messages

namespace detail {

inline void require_as_many(std::size_t targets, std::size_t samples, const output_number& output,
                            std::string_view hint = {}) {
    if (targets != samples)
        detail::raise<std::invalid_argument>(
            {targets, " targets", output, " for ", samples, " samples", hint});
}

/// Puts a gradient into the place of output K's: rows, or one number for all of it.
template <std::size_t K, class Work, class Gradient>
padded_rows<typename Work::real> load_gradient_of(Work& work, const Gradient& gradient) {
    using real = typename Work::real;
    const padded_rows<real> to = work.output_gradient(K);
    if constexpr (std::is_convertible_v<const Gradient&, real>) {
        for (std::size_t r = 0; r < to.rows; ++r) std::fill_n(to[r], to.width, static_cast<real>(gradient));
    } else {
        const auto seen = see_rows<real>(gradient, Work::network::outputs[K]);
        const basic_rows_view<real> rows = seen;
        require_as_many(rows.rows, to.rows, number_of_output<typename Work::network>(K));
        copy_rows(rows, to);
    }
    clear_padding(to);
    return to;
}

/// Puts gradients into the places of the outputs', of several a tuple, or one number for all of them.
template <class Work, class Gradient>
void load_output_gradient(Work& work, const Gradient& gradient) {
    using part = typename Work::network;
    constexpr std::size_t count = part::outputs.size();
    work.check_forward();
    if constexpr (std::is_convertible_v<const Gradient&, typename Work::real>) {
        [&]<std::size_t... K>(std::index_sequence<K...>) {
            (load_gradient_of<K>(work, gradient), ...);
        }(std::make_index_sequence<count>{});
    } else if constexpr (!is_for<Gradient, count>) {
        if constexpr (!stands_in<part>)
            static_assert(
                sizeof(messages::gradients_for_other_outputs<part, messages::outputs<count>,
                                                             messages::given<tuple_parts<Gradient>>>) > 0);
    } else {
        for_each_part(gradient, [&](auto k, const auto& one) { load_gradient_of<k>(work, one); });
    }
}

/// Where nobody else looks at outputs and targets.
struct no_observer {
    template <class Real>
    void operator()(std::size_t, const basic_rows_view<Real>&, const basic_rows_view<Real>&) const {}
};

/// Targets where a loss may read them while it writes its gradient: where they lie, unless that is in the gradient's
/// memory, but not in its order; classes as one-hot rows in that memory. Throws std::out_of_range for an index that is
/// no class, std::invalid_argument for targets in the workspace's memory if there are several outputs.
template <std::size_t K, class Work>
basic_rows_view<typename Work::real> load_targets(Work& work,
                                                  const basic_rows_view<typename Work::real>& targets) {
    const padded_rows<typename Work::real> out = work.output_gradient(K);
    if constexpr (Work::network::outputs.size() > 1)
        for (std::size_t r = 0; r < targets.rows; ++r)
            if (work.overlaps(targets[r]))
                detail::raise<std::invalid_argument>(
                    "targets of several outputs lie in the workspace's own memory: copy them first");
    return overlaps(targets, std::span{out.data, out.rows * out.stride}) ? load_gradient_of<K>(work, targets)
                                                                         : targets;
}
template <std::size_t K, class Work>
basic_rows_view<typename Work::real> load_targets(Work& work, const class_targets& targets) {
    const padded_rows<typename Work::real> out = work.output_gradient(K);
    constexpr std::size_t classes = Work::network::outputs[K].last();
    require_classes(targets, classes, number_of_output<typename Work::network>(K));
    write_one_hot(targets, classes, out);
    return out;
}

/// Puts the gradient of output K's loss there, and returns the loss.
template <class Arch, std::size_t K, class Work, class Loss, class Target, class Observe>
real_of<Arch> write_gradient_of(Work& work, const Loss& loss, const Target& target, const Observe& observe) {
    constexpr extents shape = Work::network::outputs[K];
    const padded_rows<real_of<Arch>> out = work.output_gradient(K);
    rows_of<Arch> y = work.output(K);
    y.sample = shape;
    real_of<Arch> value = 0;
    if constexpr (std::is_convertible_v<const Target&, real_of<Arch>>) {
        value = loss.template gradient<Arch>(y, load_gradient_of<K>(work, target), work.batch_rows(), out);
    } else {
        const auto& seen = see_target<Loss, real_of<Arch>>(target, shape);
        const auto& targets = view_of(seen);
        require_as_many(targets.rows, y.rows, number_of_output<typename Work::network>(K),
                        hint_of_targets(targets, y.rows));
        const rows_of<Arch> wanted = load_targets<K>(work, targets);
        observe(K, y, wanted);
        value = loss.template gradient<Arch>(y, wanted, work.batch_rows(), out);
    }
    clear_padding(out);
    return value;
}

/// What the losses at a network's outputs come to.
template <class Net, class Real>
using output_losses_of = std::array<Real, Net::outputs.size()>;

template <class Number, std::size_t Count>
Number sum_of_losses(const std::array<Number, Count>& each) {
    Number sum = each[0];
    for (std::size_t k = 1; k < Count; ++k) sum += each[k];
    return sum;
}

/// Puts the gradients of a loss by the outputs there, and returns the loss at each output. The target is rows, class
/// indices if the loss takes them, or one number for all of it, of several outputs a tuple of these; it stays as it is.
/// Before each, observe(number of the output, outputs, targets as rows) is called.
template <class Arch, class Work, class Loss, class Target, class Observe = no_observer>
output_losses_of<typename Work::network, real_of<Arch>>
write_output_gradient(Work& work, const Loss& loss, const Target& target, const Observe& observe = {}) {
    using part = typename Work::network;
    work.check_forward();
    output_losses_of<part, real_of<Arch>> values{};
    if constexpr (targets_fit<part, Loss, Target>)
        for_each_part(target, [&](auto k, const auto& one) {
            values[k] = write_gradient_of<Arch, k>(work, loss_at<part, k>(loss), one, observe);
        });
    return values;
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
