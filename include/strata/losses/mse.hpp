// Mean squared error.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/mean.hpp"

namespace strata::inline STRATA_TARGET {

/// The mean over all samples and values of (y - target)^2.
struct mse : mean_of_rows<mse> {
    template <class Arch>
    static auto row_loss(const rows_of<Arch>&) {
        return kernels::squared_error<Arch>;
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
