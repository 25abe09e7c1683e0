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
    detail::fill_from_numbers<Arch>(values, philox{s, stream}, first_block, [](std::uint32_t number) {
        return 2.0f * philox::unit(number) - 1.0f + 0x1p-24f; // the middle of an interval: never -1 nor 1
    });
    kernels::uniform_to_normal<Arch>(values.size(), values.data(), mean, deviation);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
