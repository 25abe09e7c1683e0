// How far a Gaussian code is from the unit Gaussian: a variational autoencoder's second term.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/penalty.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// A penalty (see penalty.hpp) on rows of n means and then n logarithms of variances, as sample_gaussian takes
/// them: KL(N(mean, variance) || N(0, 1)) = 1/2 sum (mean^2 + variance - 1 - log variance), in nats; infinite
/// where that is beyond the largest float, from a logarithm of 89.4 on. Kingma and Welling, "Auto-encoding
/// variational Bayes", ICLR 2014, appendix B.
struct gaussian_kl {
    template <class Arch>
    static real_of<Arch> penalize(std::size_t count, const real_of<Arch>* x, real_of<Arch>* gradient,
                                  real_of<Arch> scale) {
        const std::size_t half = count / 2;
        const double of_means =
            kernels::penalize<Arch, kernels::square_function>(half, x, gradient, 0.5f * scale);
        const double of_variances = kernels::penalize<Arch, kernels::divergence_function>(
            half, x + half, gradient == nullptr ? nullptr : gradient + half, scale);
        return static_cast<real_of<Arch>>(0.5 * of_means + of_variances);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
