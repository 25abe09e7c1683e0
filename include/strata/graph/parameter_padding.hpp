// What keeps the padding of weights, and of all that is laid out like them, zero.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/kernels/padding.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// Clears the padding of a network's parameters `first` to `last` - 1 in a block that is laid out like its weights.
template <class Arch, class Net>
void clear_parameter_padding(real_of<Arch>* block, std::size_t first = 0,
                             std::size_t last = parameter_count<Net>) {
    for (; first < last; ++first) {
        const parameter_place& p = parameter_places<Net>[first];
        if (p.columns % floats_per_line != 0)
            kernels::clear_panel_padding<Arch>(p.rows, p.columns, block + p.begin);
    }
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
