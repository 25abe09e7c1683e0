// Normally distributed numbers: one uniform number each, so that they keep their index.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/inverse_erf.hpp"
#include "strata/random/fill.hpp"
#include "strata/random/philox.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace strata::inline STRATA_TARGET {

/// Fills with normal numbers of this mean and standard deviation, from numbers 4 * first_block and following
/// of the stream. Accurate to about six digits; none is drawn
/// beyond 5.42 deviations.
template <class Arch = arch>
void fill_normal(std::span<real_of<Arch>> values, real_of<Arch> mean, real_of<Arch> deviation, seed s,
                 std::uint64_t stream = streams::noise, std::uint64_t first_block = 0) {
    // The middles of intervals: never -1 nor 1.
    kernels::fill_uniform<Arch>(values.size(), values.data(), s.value, stream, first_block, -1, 2, 1,
                                0x1p-24f);
    kernels::uniform_to_normal<Arch>(values.size(), values.data(), mean, deviation);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
