// Marks, the named places between a network's layers, and how they are found.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/messages.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/raise.hpp"
#include "strata/meta/type_list.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// A named place between two layers: no code, no data. until<Net, "code"> ends here, from<Net, "code"> starts
/// here. What lies here stays as it is until the backward pass, where a penalty may want to see it.
template <fixed_string Name>
struct mark : layer_defaults {
    static constexpr fixed_string mark_name = Name;
    static constexpr layer_traits traits{.output = storage::view, .backward_reads_output = true};
    static std::string describe() { return detail::text_of({"mark \"", Name.view(), "\""}); }
};

namespace detail {

template <class T>
inline constexpr bool is_mark = false;
template <fixed_string Name>
inline constexpr bool is_mark<mark<Name>> = true;

/// Whether an entry of a list is a mark, and its name.
struct mark_text {
    bool is_mark = false;
    std::string_view name;
};

template <class Layer>
constexpr mark_text text_of_mark() {
    if constexpr (is_mark<Layer>)
        return {true, Layer::mark_name.view()};
    else
        return {};
}

/// The mark_text of every entry of a list.
template <class List>
struct marks_of;
template <class... Layers>
struct marks_of<type_list<Layers...>> {
    static constexpr std::array<mark_text, sizeof...(Layers)> texts{text_of_mark<Layers>()...};
};

/// The number of layers before a mark; the number of all layers if there is no such mark.
template <class List>
constexpr std::size_t find_mark(std::string_view wanted, List) {
    std::size_t place = 0;
    for (const mark_text& text : marks_of<List>::texts) {
        if (text.is_mark && text.name == wanted) break;
        ++place;
    }
    return place;
}

struct shorter_or_before {
    constexpr bool operator()(std::string_view a, std::string_view b) const {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
};

/// The first mark of a list whose name another has, too; the number of all layers if there is none. Names are
/// compared with their neighbours in order, since compilers count how often they compare.
template <class List>
consteval std::size_t find_doubled_mark() {
    constexpr std::size_t count = List::size;
    std::array<std::string_view, count> names{};
    std::size_t marks = 0;
    for (const mark_text& text : marks_of<List>::texts)
        if (text.is_mark) names[marks++] = text.name;
    std::sort(names.data(), names.data() + marks, shorter_or_before{});
    std::size_t found = count;
    for (std::size_t i = 1; i < marks; ++i)
        if (names[i] == names[i - 1]) found = std::min(found, find_mark(names[i], List{}));
    return found;
}

/// The names of all marks of a list, as a type that a message shows.
template <class List>
struct known_marks_of {
    static constexpr auto& texts = marks_of<List>::texts;
    static constexpr std::size_t count = [] {
        std::size_t marks = 0;
        for (const mark_text& text : texts) marks += text.is_mark;
        return marks;
    }();
    static constexpr auto places = [] {
        std::array<std::size_t, count> found{};
        std::size_t next = 0;
        for (std::size_t i = 0; i < texts.size(); ++i)
            if (texts[i].is_mark) found[next++] = i;
        return found;
    }();
    template <std::size_t... Place>
    static auto spell(std::index_sequence<Place...>)
        -> messages::known_marks<element_t<places[Place], List>::mark_name...>;
    using type = decltype(spell(std::make_index_sequence<count>{}));
};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
