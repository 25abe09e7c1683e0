// From uniform to normal numbers, by inverting the distribution function. M. Giles, "Approximating the erfinv
// function", GPU Computing Gems, Jade edition, 2011 (single precision).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/elementary.hpp"
#include "strata/kernels/pointwise.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// The x for which the error function is y, -1 < y < 1, to about 2e-6 of x.
template <class V>
V inverse_erf(const V& y) {
    const V one(1.0f);
    const V w = -log((one - y) * (one + y));
    const V centre = detail::polynomial(w - V(2.5f), {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f,
                                                      -4.39150654e-06f, 0.00021858087f, -0.00125372503f,
                                                      -0.00417768164f, 0.246640727f, 1.50140941f});
    const V tail = detail::polynomial(sqrt(w) - V(3.0f), {-0.000200214257f, 0.000100950558f, 0.00134934322f,
                                                          -0.00367342844f, 0.00573950773f, -0.0076224613f,
                                                          0.00943887047f, 1.00167406f, 2.83297682f});
    return select(w < V(5.0f), centre, tail) * y;
}

/// Replaces uniform numbers from (-1, 1) by normal ones.
template <class Arch>
STRATA_NOINLINE void uniform_to_normal(std::size_t count, real_of<Arch>* values, real_of<Arch> mean,
                                       real_of<Arch> deviation) {
    const vec<Arch> scale(real_of<Arch>(1.4142135623730951) * deviation);
    const vec<Arch> shift(mean);
    transform<Arch>(
        count, values, [&](const auto& y) { return multiply_add<Arch>(scale, inverse_erf(y), shift); },
        static_cast<const real_of<Arch>*>(values));
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
