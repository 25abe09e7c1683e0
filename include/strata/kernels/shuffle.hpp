// The compilers' own vectors, for orders of lanes that xsimd has no stable name for (its zip_lo means
// different things in different versions for 8 lanes).
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>
#include <cstring>
#include <utility>

namespace strata::inline STRATA_TARGET::kernels::detail {

template <std::size_t Lanes>
struct raw_vector {
    using type [[gnu::vector_size(Lanes * sizeof(float))]] = float;
};
template <std::size_t Lanes>
using raw = typename raw_vector<Lanes>::type;
using four = raw<4>;

template <std::size_t Lanes>
[[gnu::always_inline]] inline raw<Lanes> load_raw(const float* p) {
    raw<Lanes> v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

/// Lane i of the result is lane order(i) of a and, after a's lanes, of b.
template <std::size_t Lanes, class Order>
[[gnu::always_inline]] inline auto shuffle(const raw<Lanes>& a, const raw<Lanes>& b, Order) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        return __builtin_shufflevector(a, b, int(Order{}(I))...);
    }(std::make_index_sequence<Lanes>{});
}

/// a, then b.
template <std::size_t Lanes>
[[gnu::always_inline]] inline auto join(const raw<Lanes>& a, const raw<Lanes>& b) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        return __builtin_shufflevector(a, b, int(I)...);
    }(std::make_index_sequence<2 * Lanes>{});
}

} // namespace strata::kernels::detail

#include "strata/meta/macros_back.hpp"
