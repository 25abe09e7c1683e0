// What is done to every number by itself: the loop, and the plain sums and products.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/vectors.hpp"

#include <algorithm>
#include <cstddef>

namespace strata::inline STRATA_TARGET::kernels {

/// The first `count` lanes from memory, zero in the others; reads nothing beyond.
template <class Arch>
vec<Arch> load_some(const real_of<Arch>* p, std::size_t count) {
    if (count >= lanes<Arch>) return load<Arch>(p);
    if constexpr (requires(vec<Arch> v) { load_first(v, p, count); }) {
        vec<Arch> v;
        load_first(v, p, count);
        return v;
    } else {
        alignas(64) real_of<Arch> whole[lanes<Arch>]{};
        std::copy_n(p, count, whole);
        return load_aligned<Arch>(whole);
    }
}

/// Stores the first `count` lanes; writes nothing beyond.
template <class Arch>
void store_some(const vec<Arch>& v, real_of<Arch>* p, std::size_t count) {
    if (count >= lanes<Arch>) {
        v.store_unaligned(p);
    } else if constexpr (requires { store_first(v, p, count); }) {
        store_first(v, p, count);
    } else {
        alignas(64) real_of<Arch> whole[lanes<Arch>];
        v.store_aligned(whole);
        std::copy_n(whole, count, p);
    }
}

/// y[i] = f(x[i], ...) over `count` floats of each operand; y may be one of them.
template <class Arch, class Function, class... Operands>
void transform(std::size_t count, real_of<Arch>* y, const Function& f, const Operands*... x) {
    const std::size_t whole = count / lanes<Arch> * lanes<Arch>;
    for (std::size_t i = 0; i < whole; i += lanes<Arch>) f(load<Arch>(x + i)...).store_unaligned(y + i);
    if (whole < count)
        store_some<Arch>(f(load_some<Arch>(x + whole, count - whole)...), y + whole, count - whole);
}

/// x[i] *= factor.
template <class Arch>
STRATA_NOINLINE void scale(std::size_t count, real_of<Arch>* x, real_of<Arch> factor) {
    const vec<Arch> by(factor);
    transform<Arch>(count, x, [&](const auto& v) { return v * by; }, static_cast<const real_of<Arch>*>(x));
}

/// out = a + b; out may be a or b.
template <class Arch>
STRATA_NOINLINE void add(std::size_t count, const real_of<Arch>* a, const real_of<Arch>* b,
                         real_of<Arch>* out) {
    transform<Arch>(count, out, [](const auto& left, const auto& right) { return left + right; }, a, b);
}

/// out = a * b.
template <class Arch>
STRATA_NOINLINE void multiply_values(std::size_t count, const real_of<Arch>* a, const real_of<Arch>* b,
                                     real_of<Arch>* out) {
    transform<Arch>(count, out, [](const auto& left, const auto& right) { return left * right; }, a, b);
}

} // namespace strata::kernels

#include "strata/meta/macros_back.hpp"
