// A network is a type: an input and the layers after it. Shapes and parameters are worked out, and checked,
// here.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/chain.hpp"
#include "strata/graph/concepts.hpp"
#include "strata/graph/input.hpp"
#include "strata/graph/mark.hpp"
#include "strata/graph/messages.hpp"
#include "strata/graph/operand_messages.hpp"
#include "strata/graph/splice.hpp"
#include "strata/graph/tied.hpp"
#include "strata/meta/type_list.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// What can be wrong with an entry by itself, or beside the others.
enum class entry_error { none, impossible_input, input_too_large, no_layer, doubled_mark };

template <class Entry>
inline constexpr entry_error error_of_entry =
    !layer<Entry> && !join<Entry> ? entry_error::no_layer : entry_error::none;
template <std::size_t... Extents>
inline constexpr entry_error error_of_entry<input<Extents...>> =
    !is_possible(input<Extents...>{})                ? entry_error::impossible_input
    : input<Extents...>::value.count() > most_floats ? entry_error::input_too_large
                                                     : entry_error::none;

struct wrong_entry {
    std::size_t index = 0;
    entry_error error = entry_error::none;
};

/// The first entry that is no layer, or whose name another mark has, too.
template <class... Layers>
consteval wrong_entry find_wrong_entry(type_list<Layers...>) {
    wrong_entry found;
    const std::size_t doubled = find_doubled_mark<type_list<Layers...>>();
    for (const entry_error error : {error_of_entry<Layers>...}) {
        found.error = found.index == doubled ? entry_error::doubled_mark : error;
        if (found.error != entry_error::none) break;
        ++found.index;
    }
    return found;
}

/// The message for an entry that reads what is not there.
template <class List>
consteval auto diagnose_operand() {
    constexpr auto& graph = topology_of<List>;
    using number = messages::layer_number<graph.wrong_entry + 1>;
    using entry = element_t<graph.wrong_entry, List>;
    using known = typename known_marks_of<List>::type;
    if constexpr (graph.error == operand_error::unknown_mark)
        return std::type_identity<messages::unknown_operand<number, entry, known>>{};
    else if constexpr (graph.error == operand_error::later_mark)
        return std::type_identity<messages::operand_comes_later<number, entry, known>>{};
    else
        return std::type_identity<messages::operand_before_the_input<number, entry>>{};
}

/// The message for a layer that does not take what it is given.
template <class Chain>
consteval auto diagnose_layer() {
    constexpr auto& table = Chain::table;
    constexpr std::size_t wrong = table.wrong_layer;
    using number = messages::layer_number<wrong + 1>;
    using layer = element_t<wrong, typename Chain::layers>;
    constexpr extents given = table.wrong_shapes[0];
    constexpr extents other = table.wrong_shapes[1];
    using given_shape = typename messages::spell_shape<given, std::make_index_sequence<given.rank>>::type;
    using other_shape = typename messages::spell_shape<other, std::make_index_sequence<other.rank>>::type;
    if constexpr (table.error == layer_error::operands_differ)
        return std::type_identity<
            messages::operands_of_other_shapes<number, layer, given_shape, other_shape>>{};
    else
        return std::type_identity<
            typename messages::message_of_layer<number, layer, given_shape, table.error>::type>{};
}

/// The number of the first value that goes in and that nobody reads; as many as there are values if there is none.
template <class Chain>
consteval std::size_t find_unread_input() {
    constexpr auto& table = Chain::table;
    for (const std::size_t v : Chain::input_values)
        if (Chain::input_values.size() > 1 && table.shows_output[v]) return v;
    return Chain::topology.values;
}

/// Names the message for the first thing that is wrong, messages::none if nothing is. It only names it: the
/// network instantiates the message, and that is where compilation fails, in one place and once. Layers are
/// numbered from 1, as people count.
template <class Input, class... Layers>
consteval auto diagnose(type_list<Input, Layers...>) {
    using list = type_list<Layers...>;
    if constexpr (!is_input<Input>)
        return std::type_identity<messages::network_must_start_with_its_input<Input>>{};
    else if constexpr (error_of_entry<Input> == entry_error::impossible_input)
        return std::type_identity<messages::impossible_input<Input>>{};
    else if constexpr (error_of_entry<Input> == entry_error::input_too_large)
        return std::type_identity<messages::input_too_large<Input>>{};
    else if constexpr (sizeof...(Layers) == 0)
        return std::type_identity<messages::network_without_layers<Input>>{};
    else if constexpr (constexpr wrong_entry at = find_wrong_entry(list{}); at.error != entry_error::none) {
        using number = messages::layer_number<at.index + 1>;
        using entry = element_t<at.index, list>;
        if constexpr (at.error == entry_error::impossible_input)
            return std::type_identity<messages::impossible_input<entry>>{};
        else if constexpr (at.error == entry_error::input_too_large)
            return std::type_identity<messages::input_too_large<entry>>{};
        else if constexpr (at.error == entry_error::no_layer)
            return std::type_identity<messages::not_a_layer<number, entry>>{};
        else
            return std::type_identity<messages::doubled_mark<number, entry>>{};
    } else if constexpr (constexpr auto& graph = topology_of<list>; graph.error != operand_error::none) {
        return diagnose_operand<list>();
    } else if constexpr (constexpr auto& table = chain<shapes_in<Input::value>, list>::table;
                         table.error != layer_error::none) {
        return diagnose_layer<chain<shapes_in<Input::value>, list>>();
    } else if constexpr (constexpr std::size_t unread =
                             find_unread_input<chain<shapes_in<Input::value>, list>>();
                         unread <= sizeof...(Layers)) {
        return std::type_identity<messages::nobody_reads_this_input<
            messages::layer_number<unread>, element_t<unread, type_list<Input, Layers...>>>>{};
    } else if constexpr (constexpr std::size_t untied = first_untied(table.given, list{});
                         untied < sizeof...(Layers)) {
        using number = messages::layer_number<untied + 1>;
        using layer = element_t<untied, list>;
        if constexpr (weight_owner{layer::owner}.mark.empty())
            return std::type_identity<messages::nothing_to_share<number, layer>>{};
        else
            return std::type_identity<
                messages::nothing_to_tie_to<number, layer, typename known_marks_of<list>::type>>{};
    } else
        return std::type_identity<messages::none>{};
}

inline consteval auto diagnose(type_list<>) { return std::type_identity<messages::empty_network<void>>{}; }

template <class Entries>
using error_of = typename decltype(diagnose(Entries{}))::type;

/// The one layer of a network that was refused: the network's later uses then add no messages to the one that
/// matters.
struct stand_in : layer_defaults {
    static constexpr layer_traits traits{.output = storage::view};
    static std::string describe() { return "refused"; }
};

/// A network in place of one that nobody named.
struct stand_in_network : chain<shapes_in<shape<1>>, type_list<stand_in>> {};

template <class Net>
inline constexpr bool is_refused = std::is_same_v<typename Net::layers, type_list<stand_in>>;

/// The same, or a network that stands in for a slice of it: its uses add no messages.
template <class Net>
inline constexpr bool stands_in = is_refused<Net> || requires { Net::is_stand_in; };

template <class Error, class Entries>
struct chain_of {
    using type = chain<shapes_in<shape<1>>, type_list<stand_in>>;
};

template <class Input, class... Layers>
struct chain_of<messages::none, type_list<Input, Layers...>> {
    using type = chain<shapes_in<Input::value>, type_list<Layers...>>;
};

/// A network of these entries, or the stand-in, and what is wrong with it.
template <class Entries>
struct checked {
    using error = error_of<Entries>;
    using type = typename chain_of<error, Entries>::type;
};

} // namespace detail

/// Input and layers of a network, in order. Write `struct net : network<input<784>, dense<10>> {};`: the
/// struct keeps symbols and messages short. The type is empty; model<net> has the weights.
/// The entries' name is for what compilers print where one is no type.
template <class... entries_are_types_as_relu_without_braces>
struct network
    : detail::checked<typename detail::expanded<entries_are_types_as_relu_without_braces...>::type>::type {
    static_assert(
        sizeof(typename detail::checked<
               typename detail::expanded<entries_are_types_as_relu_without_braces...>::type>::error) >
        0); // instantiates the message
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
