// Binary cross-entropy of logits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

namespace strata::inline STRATA_TARGET {

/// bce of the sigmoid of y, the mean of log(1 + e^y) - t y, computed such that no y overflows: for networks that end before
/// their sigmoid.
struct bce_with_logits : mean_of_rows<bce_with_logits> {
    static constexpr auto expects = expected_output::logits;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    template <class Arch>
    static auto row_loss(const rows_of<Arch>&) {
        return kernels::binary_cross_entropy_of_logits<Arch>;
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
