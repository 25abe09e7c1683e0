// Binary cross-entropy of logits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// bce of the sigmoid of y, computed such that no y overflows: for networks that end before their sigmoid.
struct bce_with_logits {
    static constexpr auto expects = expected_output::logits;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    /// See loss.hpp.
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples) const {
        return mean_loss(y, target, samples * y.width, kernels::binary_cross_entropy_of_logits<Arch>);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& target, std::size_t samples,
                           const padded_rows<real_of<Arch>>& out) const {
        return mean_loss(y, target, samples * y.width, kernels::binary_cross_entropy_of_logits<Arch>, out);
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
