// Layer normalization.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/normalize_group.hpp"
#include "strata/meta/float_constant.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Brings the last axis of every sample (of an image: the channels of each pixel) to mean 0 and variance 1, then
/// multiplies each value by a weight and adds a bias, both learned; the shape stays as it is. y = (x - mean) /
/// sqrt(variance + Epsilon) * weight + bias. Epsilon is added to variances: above 0, or it is refused while
/// compiling. Ba, Kiros and Hinton, 2016; as PyTorch's LayerNorm over the last axis.
///
///     struct steady : network<input<20>, dense<64>, layer_norm<>, relu, dense<3>> {}; // 20 -> 3
///     model<steady> net;
///     auto logits = predict(net, std::vector<float>(5 * 20)); // each sample by itself, in training as well
template <float_constant Epsilon = 1e-5>
struct layer_norm : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true};

    static constexpr layer_error accepts(extents) {
        return Epsilon.value > 0.0f && Epsilon.finite() ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: the number in this layer's brackets is out of range: an epsilon is above 0, and not "
            "infinite");
    };
    static constexpr parameter_list parameters(extents in) {
        return {2,
                {parameter{.name = "weight", .logical = extents{in.last()}, .start = 1.0f},
                 parameter{.name = "bias", .logical = extents{in.last()}}}};
    }
    /// The moments of every group, for the parameters' gradients.
    static constexpr std::size_t scratch(extents in, std::size_t rows) {
        return rows * (in.count() / in.last()) * kernels::numbers_of_moments;
    }
    static std::string describe() {
        return Epsilon == float_constant{1e-5} ? "layer_norm"
                                               : detail::text_of({"layer_norm, epsilon ", Epsilon});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); i += width) {
                const auto moments = kernels::moments_of<Arch>(width, p.x[r] + i, Epsilon.value);
                kernels::normalize_group<Arch>(width, p.x[r] + i, moments, p.parameters,
                                               p.parameters + padded(width), p.y[r] + i);
            }
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); i += width) {
                const auto moments = kernels::moments_of<Arch>(width, p.x[r] + i, Epsilon.value);
                kernels::normalize_group_gradient<Arch>(width, p.x[r] + i, moments, p.parameters,
                                                        p.y_gradient[r] + i, p.x_gradient[r] + i);
            }
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t groups = In.count() / width;
        auto* weight = p.parameter_gradient;
        auto* bias = weight + padded(width);
        if (!p.accumulate) std::fill_n(weight, 2 * padded(width), real_of<Arch>(0));
        auto* moments = reinterpret_cast<kernels::group_moments<Arch>*>(p.scratch);
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < groups; ++i)
                new (moments + r * groups + i) kernels::group_moments<Arch>{
                    kernels::moments_of<Arch>(width, p.x[r] + i * width, Epsilon.value)};
        kernels::add_group_gradients<Arch>(kernels::groups_of_rows(p.x.rows, p.x.stride, groups, width),
                                           width, p.x.data, moments, p.y_gradient.data, weight, bias);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
