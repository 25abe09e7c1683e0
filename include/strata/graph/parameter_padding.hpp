// What keeps the padding of weights, and of all that is laid out like them, zero.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/parameters.hpp"
#include "strata/kernels/padding.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// Clears the padding of the parameters at these places, between floats `begin` and `end` of a block that is laid out like
/// weights; both are multiples of 16.
template <class Arch>
STRATA_NOINLINE void clear_padding_within(const parameter_place* first, const parameter_place* last,
                                          std::size_t begin, std::size_t end, real_of<Arch>* block) {
    for (; first < last; ++first) {
        const std::size_t columns = first->columns % floats_per_line;
        if (columns == 0) continue;
        const std::size_t panel =
            first->begin + first->columns / floats_per_line * first->rows * floats_per_line;
        const std::size_t from = std::max(panel, begin);
        const std::size_t to = std::min(panel + first->rows * floats_per_line, end);
        if (from < to)
            kernels::clear_panel_padding<Arch>((to - from) / floats_per_line, columns, block + from);
    }
}

/// Clears the padding of all of a network's parameters in a block that is laid out like its weights.
template <class Arch, class Net>
void clear_parameter_padding(real_of<Arch>* block) {
    constexpr auto& places = parameter_places<Net>;
    clear_padding_within<Arch>(places.data(), places.data() + parameter_count<Net>, 0, Net::parameter_floats,
                               block);
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
