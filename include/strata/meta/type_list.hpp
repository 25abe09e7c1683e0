// A list of types that holds nothing, and the element at a place in it without recursion.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace strata {

/// A list of types; empty, so passing it costs nothing.
template <class... Types>
struct type_list {
    static constexpr std::size_t size = sizeof...(Types);
};

namespace detail {

template <std::size_t Place, class Type>
struct placed {
    using type = Type;
};

template <class Places, class... Types>
struct indexed;

template <std::size_t... Places, class... Types>
struct indexed<std::index_sequence<Places...>, Types...> : placed<Places, Types>... {};

// Overload resolution finds the base with this place: one step, however long the list.
template <std::size_t Place, class Type>
placed<Place, Type> find(const placed<Place, Type>&);

template <std::size_t Place, class List>
struct element;

template <std::size_t Place, class... Types>
struct element<Place, type_list<Types...>> {
    using type = typename decltype(find<Place>(indexed<std::index_sequence_for<Types...>, Types...>{}))::type;
};

} // namespace detail

/// The type at a place (counted from 0) of a list.
template <std::size_t Place, class List>
using element_t = typename detail::element<Place, List>::type;

} // namespace strata

#include "strata/meta/macros_back.hpp"
