// Binary cross-entropy of probabilities.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// The mean over all samples and values of -t log y - (1 - t) log(1 - y), for y in [0, 1], as a sigmoid gives
/// it. Logarithms are cut at -100, as in PyTorch. bce_with_logits is the safer choice: leave the sigmoid out.
struct bce {
    static constexpr auto expects = expected_output::probabilities;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// See loss.hpp.
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mean_loss(y, target, samples * y.width, kernels::binary_cross_entropy<Arch>);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return mean_loss(y, target, samples * y.width, kernels::binary_cross_entropy<Arch>, out);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
