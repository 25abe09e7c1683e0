// Sums of columns: bias gradients.
#pragma once

#include "strata/kernels/pointwise.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::kernels {

/// sums[c] += the sum over r of x[r][c].
template <class Arch>
[[gnu::noinline]] void add_column_sums(std::size_t rows, std::size_t columns, const float* x,
                                       std::size_t stride, float* sums) {
    if (columns == 1 && stride == 1) {
        vec<Arch> total(0.0f);
        for (std::size_t r = 0; r < rows; r += lanes<Arch>)
            total += load_some<Arch>(x + r, std::min(lanes<Arch>, rows - r));
        sums[0] += sum_of_lanes<Arch>(total);
        return;
    }
    for (std::size_t c = 0; c < columns; c += lanes<Arch>) {
        const std::size_t now = std::min(lanes<Arch>, columns - c);
        vec<Arch> total = load_some<Arch>(sums + c, now);
        for (std::size_t r = 0; r < rows; ++r) total += load_some<Arch>(x + r * stride + c, now);
        store_some<Arch>(total, sums + c, now);
    }
}

} // namespace strata::kernels
