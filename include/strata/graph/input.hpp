// A network's first entry: the shape of one sample.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/tensor/extents.hpp"

#include <cstddef>

namespace strata::inline STRATA_TARGET {

/// A network's first entry: the shape of one sample, for instance input<28, 28, 1>; one to four extents.
template <std::size_t... Extents>
struct input {
    static constexpr extents value = shape<Extents...>;
};

namespace detail {

template <class T>
inline constexpr bool is_input = false;
template <std::size_t... E>
inline constexpr bool is_input<input<E...>> = true;

template <std::size_t... Extents>
consteval bool is_possible(input<Extents...>) {
    return sizeof...(Extents) > 0 && sizeof...(Extents) <= extents::max_rank && ((Extents > 0) && ...);
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
