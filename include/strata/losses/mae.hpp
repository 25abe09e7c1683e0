// Mean absolute error.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/losses/mean.hpp"

namespace strata::inline STRATA_TARGET {

/// The mean over all samples and values of |y - target|. Its slope where they are equal is 0.
struct mae : mean_of_rows<mae> {
    template <class Arch>
    static auto row_loss(const rows_of<Arch>&) {
        return kernels::absolute_error<Arch>;
    }
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
