// Means and deviations of columns, measured in double, and floats standardised by them.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/machine.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// sum[c] += x[c] - from[c], over `groups` times `width` floats. Arch keeps units of different flags apart.
template <class Arch>
STRATA_NOINLINE void add_differences(std::size_t groups, std::size_t width, const real_of<Arch>* x,
                                     const double* from, double* sum) {
    for (std::size_t g = 0; g < groups; ++g, x += width)
        for (std::size_t c = 0; c < width; ++c) sum[c] += static_cast<double>(x[c]) - from[c];
}

/// sum[c] += (x[c] - mean[c])^2.
template <class Arch>
STRATA_NOINLINE void add_squared_differences(std::size_t groups, std::size_t width, const real_of<Arch>* x,
                                             const double* mean, double* sum) {
    for (std::size_t g = 0; g < groups; ++g, x += width)
        for (std::size_t c = 0; c < width; ++c) {
            const double difference = static_cast<double>(x[c]) - mean[c];
            sum[c] += difference * difference;
        }
}

/// y = (x - mean) / deviation, which may be where x is.
template <class Arch>
STRATA_NOINLINE void standardize(std::size_t groups, std::size_t width, const real_of<Arch>* x,
                                 const double* mean, const double* deviation, real_of<Arch>* y) {
    for (std::size_t g = 0; g < groups; ++g, x += width, y += width)
        for (std::size_t c = 0; c < width; ++c)
            y[c] = static_cast<real_of<Arch>>((static_cast<double>(x[c]) - mean[c]) / deviation[c]);
}

/// y = x * deviation + mean, which may be where x is.
template <class Arch>
STRATA_NOINLINE void destandardize(std::size_t groups, std::size_t width, const real_of<Arch>* x,
                                   const double* mean, const double* deviation, real_of<Arch>* y) {
    for (std::size_t g = 0; g < groups; ++g, x += width, y += width)
        for (std::size_t c = 0; c < width; ++c)
            y[c] = static_cast<real_of<Arch>>(static_cast<double>(x[c]) * deviation[c] + mean[c]);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
