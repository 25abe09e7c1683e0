// What keeps the padding of weights, and of all that is laid out like them, zero.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/kernels/padding.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// The same of the parameters that lie at these places.
template <class Arch>
STRATA_NOINLINE void clear_padding_at(const parameter_place* first, const parameter_place* last,
                                      real_of<Arch>* block) {
    for (; first < last; ++first)
        if (first->columns % floats_per_line != 0)
            kernels::clear_panel_padding<Arch>(first->rows, first->columns, block + first->begin);
}

/// Clears the padding of a network's parameters `first` to `last` - 1 in a block that is laid out like its weights.
template <class Arch, class Net>
void clear_parameter_padding(real_of<Arch>* block, std::size_t first = 0,
                             std::size_t last = parameter_count<Net>) {
    clear_padding_at<Arch>(parameter_places<Net>.data() + first, parameter_places<Net>.data() + last, block);
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
