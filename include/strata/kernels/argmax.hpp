// The largest of some floats, with NaNs told from their bits (see finite.hpp).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/float_order.hpp"

#include <cstddef>
#include <cstdint>
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
[[gnu::noinline]] largest_float find_largest(std::size_t count, const float* x) {
    largest_float found;
    std::int32_t most = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::int32_t bits;
        std::memcpy(&bits, x + i, sizeof bits);
        if ((bits & 0x7fffffff) > 0x7f800000) return {i, 0};
        if (bits == std::numeric_limits<std::int32_t>::min()) bits = 0;
        const std::int32_t order = detail::in_order(bits);
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
