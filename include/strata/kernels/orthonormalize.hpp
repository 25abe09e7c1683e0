// Making vectors orthonormal.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cmath>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

namespace detail {

/// The sum of x[i] * y[i], in 16 sums side by side, which compilers turn into vectors.
template <class Arch>
STRATA_NOINLINE double dot_of_doubles(std::size_t length, const double* x, const double* y) {
    constexpr std::size_t at_once = 16;
    double sums[at_once]{};
    std::size_t i = 0;
    for (; i + at_once <= length; i += at_once)
        for (std::size_t k = 0; k < at_once; ++k) sums[k] += x[i + k] * y[i + k];
    for (std::size_t k = 0; i < length; ++i, ++k) sums[k] += x[i] * y[i];
    for (std::size_t half = at_once / 2; half > 0; half /= 2)
        for (std::size_t k = 0; k < half; ++k) sums[k] += sums[k + half];
    return sums[0];
}

/// y[i] -= scale * x[i]
template <class Arch>
STRATA_NOINLINE void subtract_scaled(std::size_t length, double scale, const double* x, double* y) {
    for (std::size_t i = 0; i < length; ++i) y[i] -= scale * x[i];
}

} // namespace detail

/// Makes `count` vectors of `length` >= count doubles, one after the other, orthonormal: each loses its share of those
/// before it, and keeps its direction otherwise. Modified Gram-Schmidt, every projection twice ("twice is enough":
/// Giraud, Langou, Rozloznik, 2005). The vectors must be linearly independent.
template <class Arch>
void orthonormalize(std::size_t count, std::size_t length, double* vectors) {
    for (std::size_t j = 0; j < count; ++j) {
        double* v = vectors + j * length;
        for (int pass = 0; pass < 2; ++pass)
            for (std::size_t k = 0; k < j; ++k) {
                const double* u = vectors + k * length;
                detail::subtract_scaled<Arch>(length, detail::dot_of_doubles<Arch>(length, u, v), u, v);
            }
        const double scale = 1.0 / std::sqrt(detail::dot_of_doubles<Arch>(length, v, v));
        for (std::size_t i = 0; i < length; ++i) v[i] *= scale;
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
