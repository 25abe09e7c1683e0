// Layer normalization.
#pragma once

#include "strata/graph/concepts.hpp"
#include "strata/kernels/normalize.hpp"
#include "strata/kernels/reduce.hpp"
#include "strata/meta/float_constant.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata {

/// Brings the last axis of every sample (of an image: the channels of each pixel) to mean 0 and variance 1,
/// then scales and shifts each value by numbers that are learned. Ba, Kiros and Hinton, 2016; as PyTorch's
/// LayerNorm over the last axis.
template <float_constant Epsilon = 1e-5>
struct layer_norm : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true};

    static constexpr refusal accepts(extents) {
        return Epsilon.value > 0.0f && Epsilon.finite() ? refusal::none : refusal::impossible_number;
    }
    static constexpr parameter_list parameters(extents in) {
        return {2,
                {parameter{.name = "factor", .logical = extents{in.last()}, .start = 1.0f},
                 parameter{.name = "shift", .logical = extents{in.last()}}}};
    }
    static std::string describe() { return "layer_norm"; }

    template <class Arch, extents In>
    static void forward(const forward_pass& p) {
        constexpr std::size_t width = In.last();
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); i += width) {
                const auto moments = kernels::moments_of<Arch>(width, p.x[r] + i, Epsilon.value);
                kernels::normalize_group<Arch>(width, p.x[r] + i, moments, p.parameters,
                                               p.parameters + padded(width), p.y[r] + i);
            }
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass& p) {
        constexpr std::size_t width = In.last();
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); i += width) {
                const auto moments = kernels::moments_of<Arch>(width, p.x[r] + i, Epsilon.value);
                kernels::normalize_group_gradient<Arch>(width, p.x[r] + i, moments, p.parameters,
                                                        p.y_gradient[r] + i, p.x_gradient[r] + i);
            }
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass& p) {
        constexpr std::size_t width = In.last();
        float* factor = p.parameter_gradient;
        float* shift = factor + padded(width);
        if (!p.accumulate) std::fill_n(factor, 2 * padded(width), 0.0f);
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            for (std::size_t i = 0; i < In.count(); i += width) {
                const auto moments = kernels::moments_of<Arch>(width, p.x[r] + i, Epsilon.value);
                kernels::add_factor_gradient<Arch>(width, p.x[r] + i, moments, p.y_gradient[r] + i, factor);
            }
            kernels::add_column_sums<Arch>(In.count() / width, width, p.y_gradient[r], width, shift);
        }
    }
};

} // namespace strata
