// What joins of several values compute: differences, products, and columns side by side.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/pointwise.hpp"
#include "strata/kernels/vectors.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// out = a - b; out may be a or b.
template <class Arch>
STRATA_NOINLINE void subtract(std::size_t count, const real_of<Arch>* a, const real_of<Arch>* b,
                              real_of<Arch>* out) {
    transform<Arch>(count, out, [](const auto& left, const auto& right) { return left - right; }, a, b);
}

/// out = -a.
template <class Arch>
STRATA_NOINLINE void negate(std::size_t count, const real_of<Arch>* a, real_of<Arch>* out) {
    transform<Arch>(count, out, [](const auto& v) { return vec<Arch>(0.0f) - v; }, a);
}

/// out (+)= start * x[0] * x[1] * ..., but for x[left_out]. `count` is whole vectors, and all operands have that many.
template <class Arch>
STRATA_NOINLINE void multiply_all(std::size_t count, const real_of<Arch>* start,
                                  const real_of<Arch>* const* x, std::size_t operands, std::size_t left_out,
                                  bool accumulate, real_of<Arch>* out) {
    for (std::size_t i = 0; i < count; i += lanes<Arch>) {
        vec<Arch> product = load<Arch>(start + i);
        for (std::size_t k = 0; k < operands; ++k)
            if (k != left_out) product = product * load<Arch>(x[k] + i);
        if (accumulate) product = load<Arch>(out + i) + product;
        product.store_unaligned(out + i);
    }
}

/// to (+)= from, `rows` rows of `width` numbers, these far apart.
template <class Arch>
STRATA_NOINLINE void copy_columns(std::size_t rows, std::size_t width, const real_of<Arch>* from,
                                  std::size_t from_stride, bool accumulate, real_of<Arch>* to,
                                  std::size_t to_stride) {
    for (std::size_t r = 0; r < rows; ++r, from += from_stride, to += to_stride) {
        if (accumulate)
            transform<Arch>(
                width, to, [](const auto& a, const auto& b) { return a + b; }, from,
                static_cast<const real_of<Arch>*>(to));
        else
            transform<Arch>(width, to, [](const auto& v) { return v; }, from);
    }
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
