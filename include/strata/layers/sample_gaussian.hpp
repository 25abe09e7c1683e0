// The draw in the middle of a variational autoencoder.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/noise.hpp"
#include "strata/layers/noise.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// Takes n means and then n logarithms of variances and draws n codes, mean + e^(log variance / 2) * N(0, 1),
/// such that gradients reach both ("reparameterised"); predict gives the means. In: one row of 2 n numbers; an image or
/// an odd number is refused while compiling. Out: n numbers. The draws are those of the workspace's seed. Kingma and
/// Welling, "Auto-encoding variational Bayes", ICLR 2014. With a mark in front of it, gaussian_kl keeps the codes
/// near the unit Gaussian.
///
///     struct vae : network<input<784>, dense<32>, mark<"moments">, sample_gaussian, dense<784>> {}; // 784 -> 784
///     model<vae> net; workspace<vae, batch<32>> work;
///     auto loss = 784.0f * bce_with_logits{} + at<"moments">(gaussian_kl{}); // for train_step or fit
struct sample_gaussian : layer_defaults {
    static constexpr layer_error accepts(extents in) {
        return in.rank == 1 && in[0] % 2 == 0 ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: sample_gaussian takes n means and then n logarithms of variances, one flat row of 2 n");
    };
    static constexpr extents output(extents in) { return extents{in[0] / 2}; }
    /// The derivatives of the codes by the logarithms of variances.
    static constexpr std::size_t saved(extents in, std::size_t rows) {
        return multiply_sizes(rows, padded(in[0] / 2));
    }
    static std::string describe() { return "sample_gaussian"; }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        constexpr std::size_t codes = In[0] / 2;
        const auto normal = [](std::span<real_of<Arch>> values, seed s, std::uint64_t stream,
                               std::uint64_t block) { fill_normal<Arch>(values, 0, 1, s, stream, block); };
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            if (!p.training) {
                std::copy_n(p.x[r], codes, p.y[r]);
                continue;
            }
            real_of<Arch>* saved = p.saved + r * padded(codes);
            detail::for_each_draw<Arch>(p.noise, r, codes, normal,
                                        [&](std::size_t first, std::span<const real_of<Arch>> draw) {
                                            std::copy_n(draw.data(), draw.size(), saved + first);
                                        });
            kernels::sample<Arch>(codes, p.x[r], p.x[r] + codes, saved, p.y[r]);
        }
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        constexpr std::size_t codes = In[0] / 2;
        for (std::size_t r = 0; r < p.y_gradient.rows; ++r) {
            std::copy_n(p.y_gradient[r], codes, p.x_gradient[r]);
            if (p.training)
                kernels::multiply_values<Arch>(codes, p.y_gradient[r], p.saved + r * padded(codes),
                                               p.x_gradient[r] + codes);
            else
                std::fill_n(p.x_gradient[r] + codes, codes, real_of<Arch>(0));
        }
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
