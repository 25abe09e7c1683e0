// Forward, loss and backward in one: the gradients of a batch by the weights, or by the samples.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/train/backward.hpp"
#include "strata/train/loss_output.hpp"

namespace strata::inline STRATA_TARGET {

/// Forward, loss and backward: adds the gradients of this batch to those in the workspace and returns the
/// loss, its terms included. The target has the shape of the output, or is one number for all of it. Looks at no
/// number: see train_step and fit for what is checked. Throws std::invalid_argument if shapes or counts do not fit, or
/// if model or workspace was moved from, and std::length_error if there are more samples than room for them.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Loss, class X,
          class Target>
Real accumulate(const model<Net, Real>& net, workspace<Part, Batch, training, Real>& work, const Loss& loss,
                const X& x, const Target& target) {
    using on = machine_of<Arch, Real>;
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Target>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    forward<Arch>(net, work, x);
    if (work.rows() == 0) return Real(0);
    const Real value = detail::sum_of_losses(detail::write_output_gradient<on>(work, loss, target));
    detail::add_up policy;
    return value +
           static_cast<Real>(
               detail::run_backward<on, true, false>(detail::weights_of<Part>(net), work, loss, policy).sum);
}

/// What input_gradient returns: rows, and the loss itself.
template <real_number Real>
struct basic_gradient_rows : basic_rows_view<Real> {
    Real loss = 0; ///< of the batch
};
/// Of a model of floats.
using gradient_rows = basic_gradient_rows<float>;

/// The same of several inputs: rows of each, in the list's order.
template <real_number Real, std::size_t Count>
struct several_gradient_rows {
    std::array<basic_rows_view<Real>, Count> inputs; ///< of each input, in the list's order
    Real loss = 0;                                   ///< of the batch
};

namespace detail {

template <class Work>
auto input_gradients_in(Work& work, typename Work::real loss) {
    using real = typename Work::real;
    constexpr std::size_t count = Work::network::inputs.size();
    if constexpr (count == 1) {
        return basic_gradient_rows<real>{work.input_gradient(), loss};
    } else {
        several_gradient_rows<real, count> all{{}, loss};
        for (std::size_t k = 0; k < count; ++k) all.inputs[k] = work.input_gradient(k);
        return all;
    }
}

} // namespace detail

/// The gradient of the loss by the samples, one row each, valid until the workspace is used again: gradient_rows, of
/// several inputs several_gradient_rows. No gradient of a weight is computed, and those in the workspace stay as they are.
/// Throws as accumulate does.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Loss, class X,
          class Target>
auto input_gradient(const model<Net, Real>& net, workspace<Part, Batch, training, Real>& work,
                    const Loss& loss, const X& x, const Target& target) {
    using on = machine_of<Arch, Real>;
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Target>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    if constexpr (!Part::table.has_input_gradient)
        static_assert(sizeof(messages::input_gradient_behind_frozen_layers<Part>) > 0);
    forward<Arch>(net, work, x);
    if (work.rows() == 0) return detail::input_gradients_in(work, Real(0));
    Real value = detail::sum_of_losses(detail::write_output_gradient<on>(work, loss, target));
    detail::add_up policy;
    value += static_cast<Real>(
        detail::run_backward<on, false, true>(detail::weights_of<Part>(net), work, loss, policy).sum);
    return detail::input_gradients_in(work, value);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
