// Binary cross-entropy of probabilities.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/expected_output.hpp"
#include "strata/losses/mean.hpp"
#include "strata/losses/targets.hpp"

namespace strata::inline STRATA_TARGET {

/// The mean over all samples and values of -t log y - (1 - t) log(1 - y), for y in [0, 1], as a sigmoid gives
/// it. Logarithms are cut at -100, as in PyTorch. bce_with_logits is the safer choice: leave the sigmoid out.
struct bce : mean_of_rows<bce> {
    static constexpr auto expects = expected_output::probabilities;
    static constexpr target_range targets{0.0f, 1.0f}; ///< fit and evaluate refuse others

    template <class Arch>
    static auto row_loss(const rows_of<Arch>&) {
        return kernels::binary_cross_entropy<Arch>;
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
