// Batch normalization.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/normalize.hpp"
#include "strata/meta/float_constant.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Brings each value of the last axis (each feature of a row, each channel of an image) to mean 0 and variance 1,
/// then multiplies it by a weight and adds a bias, both learned; the shape stays as it is. y = (x - mean) /
/// sqrt(variance + Epsilon) * weight + bias. In training over the batch (and over the pixels of images); predict uses
/// running statistics, which are parameters of the model: with each step they move by the part Momentum, from 0 to 1,
/// towards the batch's mean and its unbiased variance, towards those of several batches whose gradients add up one after
/// the other; those of a layer that no gradient reaches, as before stop_gradient, stay as they are. Epsilon, above 0, is
/// added to variances. Ioffe and Szegedy, ICML 2015; formulas and defaults of PyTorch's BatchNorm1d and 2d (Keras's momentum is 1 - Momentum). A batch of a
/// single value a channel (one row, or one image of 1 x 1) has no variance: it comes out as the bias, the gradient by
/// the input is 0, and the running statistics stay as they are. A channel of equal values comes out as the bias, too.
/// Means and variances are summed in double; a variance that no float holds counts as the largest float in
/// running_var. Numbers out of range are refused while compiling.
///
///     struct steady : network<input<20>, dense<64>, batch_norm<>, relu, dense<3>> {}; // 20 -> 3
///     model<steady> net; workspace<steady, batch<32>> work;
///     forward(net, work, std::vector<float>(32 * 20)); // by the 32 samples' statistics; predict by the running ones
template <float_constant Momentum = 0.1, float_constant Epsilon = 1e-5>
struct batch_norm : layer_defaults {
    static constexpr layer_traits traits{.backward_reads_input = true};

    static constexpr layer_error accepts(extents) {
        return Momentum.value >= 0.0f && Momentum.value <= 1.0f && Epsilon.value > 0.0f && Epsilon.finite()
                   ? layer_error::none
                   : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: the number in this layer's brackets is out of range: a momentum is from 0 to 1, an "
            "epsilon above 0 and not infinite; batch_norm<> knows the number of its features from the "
            "layer before");
    };
    static constexpr parameter_list parameters(extents in) {
        const extents each{in.last()};
        return {
            4,
            {parameter{.name = "weight", .logical = each, .start = 1.0f},
             parameter{.name = "bias", .logical = each},
             parameter{.name = "running_mean", .logical = each, .what_for = role::running},
             parameter{.name = "running_var", .logical = each, .start = 1.0f, .what_for = role::running}}};
    }
    /// The batch's means (two floats each), variances and inverse deviations.
    static constexpr std::size_t saved(extents in, std::size_t) { return 4 * padded(in.last()); }
    /// Three numbers a column, backwards.
    static constexpr std::size_t scratch(extents in, std::size_t) { return 3 * padded(in.last()); }
    /// With its options where they are not the usual ones.
    static std::string describe() {
        constexpr bool usual = Momentum == float_constant{0.1} && Epsilon == float_constant{1e-5};
        return usual ? "batch_norm"
                     : detail::text_of({"batch_norm, momentum ", Momentum, ", epsilon ", Epsilon});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t line = padded(width);
        constexpr std::size_t groups = In.count() / width;
        const auto* bias = p.parameters + line;
        real_of<Arch>* scale = p.scratch;
        kernels::column_means<Arch> means;
        if (p.training) {
            means = saved_means<Arch>(p.saved, line);
            real_of<Arch>* variance = p.saved + 2 * line;
            real_of<Arch>* inverse = p.saved + 3 * line;
            const kernels::row_blocks where = kernels::groups_of_rows(p.x.rows, p.x.stride, groups, width);
            kernels::measure_means<Arch>(where, width, p.x.data, p.saved, p.saved + line);
            kernels::measure_variances<Arch>(where, width, p.x.data, means, Epsilon.value, variance, inverse);
            for (std::size_t c = 0; c < width; ++c) scale[c] = p.parameters[c] * inverse[c];
        } else {
            means = {p.parameters + 2 * line, nullptr};
            running_scale<Arch>(width, p.parameters, scale);
        }
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::normalize_columns<Arch>(groups, width, p.x[r], means, scale, bias, p.y[r]);
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t line = padded(width);
        constexpr std::size_t groups = In.count() / width;
        real_of<Arch>* scale = p.scratch;
        if (!p.training) {
            running_scale<Arch>(width, p.parameters, scale);
            for (std::size_t r = 0; r < p.x.rows; ++r)
                kernels::scale_columns<Arch>(groups, width, p.y_gradient[r], scale, p.x_gradient[r]);
            return;
        }
        const kernels::column_means<Arch> means = saved_means<Arch>(p.saved, line);
        const real_of<Arch>* inverse = p.saved + 3 * line;
        real_of<Arch>* mean_gradient = p.scratch + line;
        real_of<Arch>* mean_product = p.scratch + 2 * line;
        kernels::sum_gradients<Arch>(
            kernels::groups_of_rows(p.x.rows, p.x.stride, groups, width), width, p.y_gradient.data, p.x.data,
            means, inverse, std::max<std::size_t>(1, p.x.rows * groups), mean_gradient, mean_product);
        for (std::size_t c = 0; c < width; ++c) scale[c] = p.parameters[c] * inverse[c];
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::normalize_columns_gradient<Arch>(groups, width, p.y_gradient[r], p.x[r], means,
                                                      {inverse, mean_gradient, mean_product, scale},
                                                      p.x_gradient[r]);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last();
        constexpr std::size_t line = padded(width);
        constexpr std::size_t groups = In.count() / width;
        real_of<Arch>* gradients = p.scratch;
        real_of<Arch>* products = p.scratch + line;
        kernels::sum_gradients<Arch>(kernels::groups_of_rows(p.x.rows, p.x.stride, groups, width), width,
                                     p.y_gradient.data, p.x.data, saved_means<Arch>(p.saved, line),
                                     p.saved + 3 * line, 1, gradients, products);
        if (!p.accumulate) std::fill_n(p.parameter_gradient, 4 * line, real_of<Arch>(0));
        const std::size_t count = p.x.rows * groups;
        for (std::size_t c = 0; c < width; ++c) {
            p.parameter_gradient[c] += products[c];
            p.parameter_gradient[line + c] += gradients[c];
        }
        if (count < 2) return; // no variance to follow
        const double unbiased = static_cast<double>(count) / static_cast<double>(count - 1);
        const real_of<Arch> momentum = Momentum.value * p.share;
        const real_of<Arch> kept = 1 - real_of<Arch>{Momentum.value};
        const real_of<Arch>* mean = p.saved;
        const real_of<Arch>* variance = p.saved + 2 * line;
        for (std::size_t c = 0; c < width; ++c) {
            const auto batch_variance = std::min(unbiased * static_cast<double>(variance[c]), largest<Arch>);
            // From where the batches before it, whose moves are to be made with this one's, have brought them.
            real_of<Arch>& of_mean = p.parameter_gradient[2 * line + c];
            real_of<Arch>& of_variance = p.parameter_gradient[3 * line + c];
            of_mean = kept * of_mean + momentum * (p.parameters[2 * line + c] - mean[c]);
            of_variance = kept * of_variance + momentum * (p.parameters[3 * line + c] -
                                                           static_cast<real_of<Arch>>(batch_variance));
        }
    }

private:
    template <class Arch>
    static constexpr double largest = std::numeric_limits<real_of<Arch>>::max();

    template <class Arch>
    static kernels::column_means<Arch> saved_means(const real_of<Arch>* saved, std::size_t line) {
        return {saved, saved + line};
    }

    /// What predict multiplies by: weight / sqrt(running_var + Epsilon).
    template <class Arch>
    static void running_scale(std::size_t width, const real_of<Arch>* parameters, real_of<Arch>* scale) {
        const real_of<Arch>* variance = parameters + 3 * padded(width);
        for (std::size_t c = 0; c < width; ++c)
            scale[c] = parameters[c] / std::sqrt(variance[c] + Epsilon.value);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
