// Batch normalization.
#pragma once

#include "strata/graph/concepts.hpp"
#include "strata/kernels/normalize.hpp"
#include "strata/kernels/reduce.hpp"
#include "strata/meta/float_constant.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace strata {

/// Brings each value of the last axis (each feature of a row, each channel of an image) to mean 0 and
/// variance 1, then scales and shifts it by numbers that are learned. In training over the batch (and over
/// the pixels of images); predict uses running statistics, which are parameters of the model: with each step
/// they move by the part Momentum towards the batch's mean and its unbiased variance. Ioffe and Szegedy, ICML
/// 2015; formulas and defaults of PyTorch. A batch of a single value a channel has no variance: it comes out
/// as the shift.
template <float_constant Momentum = 0.1, float_constant Epsilon = 1e-5>
struct batch_norm : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true, .mixes_samples = true};

    static constexpr refusal accepts(extents) {
        return Momentum.value >= 0.0f && Momentum.value <= 1.0f && Epsilon.value > 0.0f && Epsilon.finite()
                   ? refusal::none
                   : refusal::impossible_number;
    }
    static constexpr parameter_list parameters(extents in) {
        const extents each{in.last()};
        return {4,
                {parameter{.name = "factor", .logical = each, .start = 1.0f},
                 parameter{.name = "shift", .logical = each},
                 parameter{.name = "running_mean", .logical = each, .what_for = role::running},
                 parameter{
                     .name = "running_variance", .logical = each, .start = 1.0f, .what_for = role::running}}};
    }
    /// The batch's means and variances.
    static constexpr std::size_t kept(extents in, std::size_t) { return 2 * padded(in.last()); }
    /// Three numbers a column, backwards.
    static constexpr std::size_t scratch(extents in, std::size_t) { return 3 * padded(in.last()); }
    static std::string describe() { return "batch_norm"; }

    template <class Arch, extents In>
    static void forward(const forward_pass& p) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t line = padded(width);
        constexpr std::size_t groups = In.count() / width;
        const float* mean = p.parameters + 2 * line;
        const float* variance = p.parameters + 3 * line;
        if (p.training) {
            const float scale = 1.0f / static_cast<float>(std::max<std::size_t>(1, p.x.rows * groups));
            std::fill_n(p.kept, 2 * line, 0.0f);
            for (std::size_t r = 0; r < p.x.rows; ++r)
                kernels::add_column_sums<Arch>(groups, width, p.x[r], width, p.kept);
            kernels::scale<Arch>(line, p.kept, scale);
            for (std::size_t r = 0; r < p.x.rows; ++r)
                kernels::add_squared_deviations<Arch>(groups, width, p.x[r], p.kept, p.kept + line);
            kernels::scale<Arch>(line, p.kept + line, scale);
            mean = p.kept;
            variance = p.kept + line;
        }
        const float* shift = p.parameters + line;
        float* factor = p.scratch;
        for (std::size_t c = 0; c < width; ++c)
            factor[c] = p.parameters[c] / std::sqrt(variance[c] + Epsilon.value);
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::normalize_columns<Arch>(groups, width, p.x[r], mean, factor, shift, p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass& p) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t line = padded(width);
        constexpr std::size_t groups = In.count() / width;
        const float* mean = p.training ? p.kept : p.parameters + 2 * line;
        const float* variance = mean + line;
        float* by_gradient = p.scratch;
        float* by_x = p.scratch + line;
        float* constant = p.scratch + 2 * line;
        if (p.training) sum_gradients<Arch, In>(p, constant, by_x);
        const float scale = 1.0f / static_cast<float>(std::max<std::size_t>(1, p.x.rows * groups));
        for (std::size_t c = 0; c < width; ++c) {
            by_gradient[c] = p.parameters[c] / std::sqrt(variance[c] + Epsilon.value);
            if (!p.training) {
                by_x[c] = constant[c] = 0.0f;
                continue;
            }
            by_x[c] *= -by_gradient[c] * scale / (variance[c] + Epsilon.value);
            constant[c] = -by_gradient[c] * scale * constant[c] - by_x[c] * mean[c];
        }
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::combine<Arch>(groups, width, p.y_gradient[r], p.x[r], by_gradient, by_x, constant,
                                   p.x_gradient[r]);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass& p) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t line = padded(width);
        float* gradients = p.scratch;
        float* products = p.scratch + line;
        sum_gradients<Arch, In>(p, gradients, products);
        if (!p.accumulate) std::fill_n(p.parameter_gradient, 4 * line, 0.0f);
        const auto count = static_cast<float>(p.x.rows * (In.count() / width));
        const float unbiased = count > 1.0f ? count / (count - 1.0f) : 1.0f;
        const float* mean = p.kept;
        const float* variance = p.kept + line;
        for (std::size_t c = 0; c < width; ++c) {
            p.parameter_gradient[c] += products[c] / std::sqrt(variance[c] + Epsilon.value);
            p.parameter_gradient[line + c] += gradients[c];
            p.parameter_gradient[2 * line + c] += Momentum.value * (p.parameters[2 * line + c] - mean[c]);
            p.parameter_gradient[3 * line + c] +=
                Momentum.value * (p.parameters[3 * line + c] - unbiased * variance[c]);
        }
    }

private:
    /// The sums of gradient and of gradient * (x - mean), column by column.
    template <class Arch, extents In>
    static void sum_gradients(const backward_pass& p, float* gradients, float* products) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t groups = In.count() / width;
        std::fill_n(gradients, width, 0.0f);
        std::fill_n(products, width, 0.0f);
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            kernels::add_column_sums<Arch>(groups, width, p.y_gradient[r], width, gradients);
            kernels::add_gradient_deviations<Arch>(groups, width, p.y_gradient[r], p.x[r], p.kept, products);
        }
    }
};

} // namespace strata
