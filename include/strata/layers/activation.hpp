// What activations share: functions of one number, applied to every value, with their derivatives.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/activation.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// What relu, tanh and sigmoid share: value and derivative come from the kernel function, the derivative from
/// the value, so that it may lie where its input was.
template <class Function>
struct activation : layer_defaults {
    static constexpr layer_traits traits{.output = storage::in_place, .backward_reads_output = true};

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::activate<Arch, Function>(In.count(), p.x[r], p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y.rows; ++r)
            kernels::activate_gradient<Arch, Function>(In.count(), p.y[r], p.y_gradient[r], p.x_gradient[r]);
    }
};

/// The same for functions whose derivative needs what went in, as gelu's: two inputs may have one value.
template <class Function>
struct activation_of_input : activation<Function> {
    static constexpr layer_traits traits{.backward_reads_input = true};

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::activate_gradient<Arch, Function>(In.count(), p.x[r], p.y_gradient[r], p.x_gradient[r]);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
