// A list of types that holds nothing: the element at a place, lists joined and reversed, without deep recursion.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/language.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// A list of types; empty, so passing it costs nothing.
template <class... Types>
struct type_list {
    static constexpr std::size_t size = sizeof...(Types); ///< how many types there are
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

// Overload resolution finds the base with this place: one step, but it looks at all bases. So a list is cut into
// pieces first, once, and both the piece and the place in it are found among few.
template <std::size_t Place, class Type>
placed<Place, Type> find(const placed<Place, Type>*);

template <class... Types>
using few = indexed<std::index_sequence_for<Types...>, Types...>;

inline constexpr std::size_t piece_size = 16;

template <class Pieces, class... Types>
struct cut_up;

template <class... Pieces, class... Types>
struct cut_up<type_list<Pieces...>, Types...> {
    using type = few<Pieces..., few<Types...>>;
};

template <class... Pieces, class A, class B, class C, class D, class E, class F, class G, class H, class I,
          class J, class K, class L, class M, class N, class O, class P, class... Rest>
struct cut_up<type_list<Pieces...>, A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Rest...>
    : cut_up<type_list<Pieces..., few<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P>>, Rest...> {};

template <class List>
struct pieces_of;

template <class... Types>
struct pieces_of<type_list<Types...>> : cut_up<type_list<>, Types...> {};

template <std::size_t Place, class List>
struct element {
    using pieces = typename pieces_of<List>::type;
    using piece = typename decltype(find<Place / piece_size>(static_cast<pieces*>(nullptr)))::type;
    using type = typename decltype(find<Place % piece_size>(static_cast<piece*>(nullptr)))::type;
};

/// Several lists one after the other: up to eight in a step.
template <class... Lists>
struct concatenation;

template <>
struct concatenation<> {
    using type = type_list<>;
};

template <class... A>
struct concatenation<type_list<A...>> {
    using type = type_list<A...>;
};

template <class... A, class... B, class... Rest>
struct concatenation<type_list<A...>, type_list<B...>, Rest...>
    : concatenation<type_list<A..., B...>, Rest...> {};

template <class... A, class... B, class... C, class... D, class... E, class... F, class... G, class... H,
          class... Rest>
struct concatenation<type_list<A...>, type_list<B...>, type_list<C...>, type_list<D...>, type_list<E...>,
                     type_list<F...>, type_list<G...>, type_list<H...>, Rest...>
    : concatenation<type_list<A..., B..., C..., D..., E..., F..., G..., H...>, Rest...> {};

/// A list from its last type to its first: up to eight in a step.
template <class Done, class... Rest>
struct reverse;

template <class... Done>
struct reverse<type_list<Done...>> {
    using type = type_list<Done...>;
};

template <class... Done, class A, class... Rest>
struct reverse<type_list<Done...>, A, Rest...> : reverse<type_list<A, Done...>, Rest...> {};

template <class... Done, class A, class B, class C, class D, class E, class F, class G, class H,
          class... Rest>
struct reverse<type_list<Done...>, A, B, C, D, E, F, G, H, Rest...>
    : reverse<type_list<H, G, F, E, D, C, B, A, Done...>, Rest...> {};

template <class List>
struct reverse_list;

template <class... Types>
struct reverse_list<type_list<Types...>> : reverse<type_list<>, Types...> {};

/// A list with each type changed.
template <template <class> class Change, class List>
struct change_each;

template <template <class> class Change, class... Types>
struct change_each<Change, type_list<Types...>> {
    using type = type_list<typename Change<Types>::type...>;
};

/// A list from its last type to its first.
template <class List>
using reverse_t = typename detail::reverse_list<List>::type;

/// Several lists, one after the other, as one.
template <class... Lists>
using join_t = typename detail::concatenation<Lists...>::type;

} // namespace detail

/// The type at a place (counted from 0) of a list.
template <std::size_t Place, class List>
using element_t = typename detail::element<Place, List>::type;

} // namespace strata

#include "strata/meta/macros_back.hpp"
