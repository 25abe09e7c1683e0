// Additive Gaussian noise.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/noise.hpp"
#include "strata/layers/noise.hpp"
#include "strata/meta/float_constant.hpp"
#include "strata/meta/raise.hpp"

#include <cstddef>
#include <string>

namespace strata::inline STRATA_TARGET {

/// In training, adds a normal number of this standard deviation, in the unit of the values, to each; predict adds none.
/// Any shape, which stays as it is. As a network's first layer it makes a denoising autoencoder of it, or gives a
/// discriminator instance noise. The draws are those of the workspace's seed. A Deviation below 0 or infinite is
/// refused while compiling. Keras's GaussianNoise.
///
///     struct denoiser : network<input<784>, gaussian_noise<0.3>, dense<32>, relu, dense<784>> {}; // 784 -> 784
///     model<denoiser> net; workspace<denoiser, batch<32>> work;
///     forward(net, work, std::vector<float>(32 * 784)); // with noise; predict goes without
template <float_constant Deviation>
struct gaussian_noise : layer_defaults {
    static constexpr layer_traits traits{.output = storage::in_place};

    static constexpr layer_error accepts(extents) {
        return Deviation.value >= 0.0f && Deviation.finite() ? layer_error::none : layer_error::own;
    }
    template <class Number, class Shape>
    struct not_accepted {
        static_assert(
            sizeof(Number) == 0,
            "strata: the number in this layer's brackets is out of range: a standard deviation is at least "
            "0, and not infinite");
    };
    static std::string describe() { return detail::text_of({"gaussian_noise ", Deviation}); }

    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>& p) {
        if (!p.training) return detail::pass_on(p.x, p.y);
        const auto normal = [](std::span<real_of<Arch>> values, seed s, std::uint64_t stream,
                               std::uint64_t block) {
            fill_normal<Arch>(values, 0, Deviation.value, s, stream, block);
        };
        for (std::size_t r = 0; r < p.x.rows; ++r)
            detail::for_each_draw<Arch>(
                p.noise, r, In.count(), normal, [&](std::size_t first, std::span<const real_of<Arch>> draw) {
                    kernels::add<Arch>(draw.size(), p.x[r] + first, draw.data(), p.y[r] + first);
                });
    }

    template <class Arch, extents In>
    static void input_gradient(const backward_pass<Arch>& p) {
        detail::pass_on(p.y_gradient, p.x_gradient);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
