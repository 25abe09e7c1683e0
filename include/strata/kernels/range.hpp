// The first float outside a range, with NaN and infinity told from their bits (see finite.hpp).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/meta/machine.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// The index of the first of `count` floats that is below `least`, above `most`, a NaN or infinite; `count`
/// if there is none. Arch keeps units of different flags apart.
template <class Arch>
STRATA_NOINLINE std::size_t find_outside(std::size_t count, const real_of<Arch>* x, real_of<Arch> least,
                                         real_of<Arch> most) {
    for (std::size_t i = 0; i < count; ++i) {
        if (magnitude_bits(x + i) >= bits_of<real_of<Arch>>::infinity || x[i] < least || x[i] > most)
            return i;
    }
    return count;
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
