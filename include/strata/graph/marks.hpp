// Finding marks, the named places between a network's layers.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/graph/splice.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/type_list.hpp"

#include <cstddef>
#include <string_view>

namespace strata::detail {

template <class T>
inline constexpr bool is_mark = false;
template <fixed_string Name>
inline constexpr bool is_mark<mark<Name>> = true;

template <class Layer>
constexpr std::string_view mark_text() {
    if constexpr (is_mark<Layer>)
        return Layer::mark_name.view();
    else
        return {};
}

/// The number of layers before a mark; the number of all layers if there is no such mark.
template <class... Layers>
consteval std::size_t find_mark(std::string_view wanted, type_list<Layers...>) {
    std::size_t place = sizeof...(Layers);
    std::size_t i = 0;
    ((is_mark<Layers> && mark_text<Layers>() == wanted ? void(place = i++) : void(++i)), ...);
    return place;
}

template <class Known, class... Rest>
struct collect_marks {
    using type = Known;
};
template <fixed_string... Known, fixed_string Name, class... Rest>
struct collect_marks<messages::known_marks<Known...>, mark<Name>, Rest...>
    : collect_marks<messages::known_marks<Known..., Name>, Rest...> {};
template <class Known, class Other, class... Rest>
struct collect_marks<Known, Other, Rest...> : collect_marks<Known, Rest...> {};

template <class Layers>
struct known_marks_of;
template <class... Layers>
struct known_marks_of<type_list<Layers...>> : collect_marks<messages::known_marks<>, Layers...> {};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
