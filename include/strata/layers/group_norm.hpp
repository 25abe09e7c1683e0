// Group normalization.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/kernels/channel_groups.hpp"
#include "strata/meta/float_constant.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Cuts the last axis of every sample (of an image: its channels) into Groups groups of as many, and brings each
/// group, over all pixels, to mean 0 and variance 1; then multiplies each channel by a weight and adds a bias, both
/// learned; the shape stays as it is. y = (x - mean) / sqrt(variance + Epsilon) * weight + bias. Refused while
/// compiling if Groups do not divide the channels, or Epsilon, which is added to variances, is not above 0.
/// group_norm<1> is one group of all, and with as many groups as channels it is the instance normalization of images.
/// Wu and He, ECCV 2018; as PyTorch's GroupNorm (Keras's epsilon is 1e-3), but for flattened images, whose channels
/// come last here.
///
///     struct few : network<input<8, 8, 3>, conv2d<12, 3>, group_norm<4>, flatten, dense<2>> {}; // 8 x 8 x 3 -> 2
///     model<few> net;
///     auto logits = predict(net, std::vector<float>(2 * 8 * 8 * 3)); // each sample by itself, in training as well
template <std::size_t Groups, float_constant Epsilon = 1e-5>
struct group_norm : layer_defaults {
private:
    static constexpr bool epsilon_fits = Epsilon.value > 0.0f && Epsilon.finite();

public:
    static constexpr layer_traits traits{.backward_reads_input = true};

    static constexpr layer_error accepts(extents in) {
        return epsilon_fits && Groups > 0 && in.last() % Groups == 0 ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0 || epsilon_fits,
            "strata: the number in this layer's brackets is out of range: an epsilon is above 0, and not "
            "infinite");
        static_assert(
            sizeof(Number) == 0 || !epsilon_fits,
            "strata: this layer's groups do not divide its channels, the last axis of what it gets: each "
            "group has as many");
    };
    static constexpr parameter_list parameters(extents in) {
        return {2,
                {parameter{.name = "weight", .logical = extents{in.last()}, .start = 1.0f},
                 parameter{.name = "bias", .logical = extents{in.last()}}}};
    }
    /// A sample's moments, and what else there is of each channel: two sums in double, backwards.
    static constexpr std::size_t scratch(extents in, std::size_t) {
        return (numbers_of_moments + 4) * padded(in.last());
    }
    static std::string describe() {
        const std::string usual = detail::text_of({"group_norm ", Groups});
        return Epsilon == float_constant{1e-5} ? usual : detail::text_of({usual, ", epsilon ", Epsilon});
    }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        constexpr std::size_t width = In.last(), line = padded(width);
        real_of<Arch>* scale = p.scratch + numbers_of_moments * line;
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            const auto m = measure<Arch, In>(p.x[r], p.scratch);
            for (std::size_t c = 0; c < width; ++c) scale[c] = p.parameters[c] * m.inverse_deviation[c];
            kernels::normalize_columns<Arch>(In.count() / width, width, p.x[r], m.means, scale,
                                             p.parameters + line, p.y[r]);
        }
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last(), line = padded(width);
        real_of<Arch>* more = p.scratch + numbers_of_moments * line;
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::channel_groups_gradient<Arch>(pixels<In>, width, width / Groups, p.x[r],
                                                   measure<Arch, In>(p.x[r], p.scratch), p.parameters,
                                                   p.y_gradient[r], more, more + line, p.x_gradient[r]);
    }

    template <class Arch, extents In>
    static void parameter_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t width = In.last(), line = padded(width);
        if (!p.accumulate) std::fill_n(p.parameter_gradient, 2 * line, real_of<Arch>(0));
        auto* sums = reinterpret_cast<double*>(p.scratch + numbers_of_moments * line);
        for (std::size_t c = 0; c < 2 * width; ++c) new (sums + c) double{0};
        for (std::size_t r = 0; r < p.x.rows; ++r)
            kernels::sum_channel_gradients<Arch>(pixels<In>, width, p.x[r],
                                                 measure<Arch, In>(p.x[r], p.scratch), p.y_gradient[r], sums,
                                                 sums + width);
        for (std::size_t c = 0; c < 2 * width; ++c) {
            real_of<Arch>& to = p.parameter_gradient[c < width ? c : line + c - width];
            to = static_cast<real_of<Arch>>(static_cast<double>(to) + sums[c]);
        }
    }

private:
    static constexpr std::size_t numbers_of_moments = 3;

    template <extents In>
    static constexpr kernels::row_blocks pixels{1, 0, In.count() / In.last(), In.last()};

    /// The moments of a sample's groups, for each channel, in `lines`.
    template <class Arch, extents In>
    static kernels::channel_moments<Arch> measure(const real_of<Arch>* x, real_of<Arch>* lines) {
        constexpr std::size_t width = In.last(), line = padded(width);
        kernels::measure_channel_groups<Arch>(pixels<In>, width, width / Groups, x, Epsilon.value, lines,
                                              lines + line, lines + 2 * line);
        return {{lines, lines + line}, lines + 2 * line};
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
