// The largest of some floats, with NaNs told from their bits (see finite.hpp).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"
#include "strata/meta/machine.hpp"

#include <cstddef>
#include <cstring>
#include <limits>

namespace strata::inline STRATA_TARGET::kernels {

/// Where the first of the largest floats is, and how many are as large; none at a NaN.
struct largest_float {
    std::size_t index = 0;
    std::size_t count = 0;
};

/// The largest of `count` floats, at least one. 0 and -0 are equal, as are infinities of one sign. Arch keeps
/// units of different flags apart.
template <class Arch>
STRATA_NOINLINE largest_float find_largest(std::size_t count, const real_of<Arch>* x) {
    largest_float found;
    using bits_type = typename bits_of<real_of<Arch>>::integer;
    bits_type most = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (magnitude_bits(x + i) > bits_of<real_of<Arch>>::infinity) return {i, 0};
        bits_type bits;
        std::memcpy(&bits, x + i, sizeof bits);
        if (bits == std::numeric_limits<bits_type>::min()) bits = 0;
        const bits_type order = detail::in_order<real_of<Arch>>(bits);
        if (found.count == 0 || order > most) {
            found = {i, 1};
            most = order;
        } else if (order == most) {
            ++found.count;
        }
    }
    return found;
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
