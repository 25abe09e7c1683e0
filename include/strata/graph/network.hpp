// A network is a type: an input and the layers after it. Shapes and parameters are worked out, and checked,
// here.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/messages.hpp"
#include "strata/graph/splice.hpp"
#include "strata/graph/tied.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/type_list.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace strata {

/// A network's first entry: the shape of one sample, for instance input<28, 28, 1>; one to four extents.
template <std::size_t... Extents>
struct input {
    static constexpr extents value = shape<Extents...>;
};

/// A named place between two layers: no code, no data. until<Net, "code"> ends here, from<Net, "code"> starts
/// here. What lies here stays as it is until the backward pass, where a penalty may want to see it.
template <fixed_string Name>
struct mark : layer_defaults {
    static constexpr fixed_string mark_name = Name;
    static constexpr layer_traits traits{.output = storage::of_input, .backward_reads_output = true};
    static std::string describe() { return "mark \"" + std::string{Name.view()} + "\""; }
};

namespace detail {

template <class T>
inline constexpr bool is_input = false;
template <std::size_t... E>
inline constexpr bool is_input<input<E...>> = true;
/// What the fold over a network's layers fills: everything later is worked out from these values.
template <std::size_t Count>
struct layer_table {
    std::array<extents, Count + 1> shapes{}; ///< shapes[i] goes into layer i, shapes[i + 1] comes out
    std::array<std::size_t, Count + 1> parameter_offset{};
    std::array<std::size_t, Count + 1> gradient_offset{}; ///< the same without frozen layers
    /// The first layer that learns, if frozen ones come before it: the backward pass ends there. Else 0.
    std::size_t backward_ends = 0;
    std::size_t refused = Count; ///< the first layer that does not take its input
    refusal why = refusal::none;
};

/// Whether this layer's values, or the weights up to it, are more than most_floats.
template <class Layer>
constexpr bool is_too_large(const extents& in, std::size_t weights_before) {
    return Layer::output(in).count() > most_floats ||
           add_sizes(weights_before, Layer::parameters(in).floats()) > most_floats ||
           Layer::scratch(in, 1) > most_floats || Layer::kept(in, 1) > most_floats;
}

template <class... Layers>
consteval auto tabulate(extents in, type_list<Layers...>) {
    layer_table<sizeof...(Layers)> table;
    table.shapes[0] = in;
    std::size_t i = 0;
    const auto add = [&]<class Layer>(type_list<Layer>) {
        if (table.why != refusal::none) return;
        refusal verdict = Layer::accepts(table.shapes[i]);
        if (verdict == refusal::none && is_too_large<Layer>(table.shapes[i], table.parameter_offset[i]))
            verdict = refusal::too_large;
        if (verdict != refusal::none) {
            table.refused = i;
            table.why = verdict;
            return;
        }
        table.shapes[i + 1] = Layer::output(table.shapes[i]);
        const std::size_t floats = Layer::parameters(table.shapes[i]).floats();
        table.parameter_offset[i + 1] = table.parameter_offset[i] + floats;
        table.gradient_offset[i + 1] = table.gradient_offset[i] + (Layer::traits.frozen ? 0 : floats);
        ++i;
    };
    (add(type_list<Layers>{}), ...);
    std::size_t first = 0;
    while (first < i && table.gradient_offset[first + 1] == 0) ++first;
    if (table.parameter_offset[first] > 0) table.backward_ends = first;
    return table;
}

template <std::size_t... Extents>
consteval bool is_possible(input<Extents...>) {
    return sizeof...(Extents) > 0 && sizeof...(Extents) <= extents::max_rank && ((Extents > 0) && ...);
}

/// What can be wrong with an entry by itself, or beside the others.
enum class entry_fault { none, second_input, no_layer, doubled_mark };

template <class Layer, class... Layers>
consteval entry_fault judge() {
    if constexpr (is_input<Layer>)
        return entry_fault::second_input;
    else if constexpr (!layer<Layer>)
        return entry_fault::no_layer;
    else if constexpr (is_mark<Layer>)
        return (std::size_t{std::is_same_v<Layer, Layers>} + ...) > 1 ? entry_fault::doubled_mark
                                                                      : entry_fault::none;
    else
        return entry_fault::none;
}

struct judged_entry {
    std::size_t index = 0;
    entry_fault fault = entry_fault::none;
};

template <class... Layers>
consteval judged_entry first_faulty() {
    judged_entry found;
    const auto look = [&](entry_fault fault) {
        found.fault = fault;
        found.index += fault == entry_fault::none;
        return fault != entry_fault::none;
    };
    (look(judge<Layers, Layers...>()) || ...);
    return found;
}

/// Names the message for the first thing that is wrong, messages::none if nothing is. It only names it: the
/// network instantiates the message, and that is where compilation fails, in one place and once. Layers are
/// numbered from 1, as people count.
template <class Input, class... Layers>
consteval auto diagnose(type_list<Input, Layers...>) {
    using list = type_list<Layers...>;
    if constexpr (!is_input<Input>)
        return std::type_identity<messages::network_must_start_with_its_input<Input>>{};
    else if constexpr (!is_possible(Input{}))
        return std::type_identity<messages::impossible_input<Input>>{};
    else if constexpr (Input::value.count() > most_floats)
        return std::type_identity<messages::input_too_large<Input>>{};
    else if constexpr (sizeof...(Layers) == 0)
        return std::type_identity<messages::network_without_layers<Input>>{};
    else if constexpr (constexpr judged_entry at = first_faulty<Layers...>(); at.fault != entry_fault::none) {
        using number = messages::layer_number<at.index + 1>;
        using entry = element_t<at.index, list>;
        if constexpr (at.fault == entry_fault::second_input)
            return std::type_identity<messages::input_in_the_middle<number, entry>>{};
        else if constexpr (at.fault == entry_fault::no_layer)
            return std::type_identity<messages::not_a_layer<number, entry>>{};
        else
            return std::type_identity<messages::doubled_mark<number, entry>>{};
    } else if constexpr (constexpr auto table = tabulate(Input::value, list{}); table.why != refusal::none) {
        constexpr extents given = table.shapes[table.refused];
        using spelt = typename messages::spell_shape<given, std::make_index_sequence<given.rank>>::type;
        return std::type_identity<messages::layer_cannot_take_this_shape<
            messages::layer_number<table.refused + 1>, element_t<table.refused, list>, spelt, table.why>>{};
    } else if constexpr (constexpr std::size_t untied = first_untied(table.shapes, list{});
                         untied < sizeof...(Layers)) {
        return std::type_identity<
            messages::nothing_to_tie_to<messages::layer_number<untied + 1>, element_t<untied, list>,
                                        typename known_marks_of<list>::type>>{};
    } else
        return std::type_identity<messages::none>{};
}

inline consteval auto diagnose(type_list<>) { return std::type_identity<messages::empty_network<void>>{}; }

template <class Entries>
using fault_of = typename decltype(diagnose(Entries{}))::type;

/// What is worked out of a chain of layers.
template <extents In, class Layers>
struct chain;

template <extents In, class... Layers>
struct chain<In, type_list<Layers...>> {
    using layers = type_list<Layers...>;
    static constexpr std::size_t layer_count = sizeof...(Layers);
    static constexpr auto table = tabulate(In, layers{});
    static constexpr extents input = In;                         ///< the shape of a sample that goes in
    static constexpr extents output = table.shapes[layer_count]; ///< and of what comes out
    /// Floats of storage that the weights take, padding included.
    static constexpr std::size_t parameter_floats = table.parameter_offset[layer_count];
    /// Floats that their gradients take: none for frozen layers.
    static constexpr std::size_t gradient_floats = table.gradient_offset[layer_count];
};

/// The one layer of a network that was refused: the network's later uses then add no messages to the one that
/// matters.
struct stand_in : layer_defaults {
    static constexpr layer_traits traits{.output = storage::of_input};
    static std::string describe() { return "refused"; }
};

/// A network in place of one that nobody named.
struct stand_in_network : chain<shape<1>, type_list<stand_in>> {};

template <class Net>
inline constexpr bool is_refused = std::is_same_v<typename Net::layers, type_list<stand_in>>;

template <class Fault, class Entries>
struct chain_of {
    using type = chain<shape<1>, type_list<stand_in>>;
};

template <class Input, class... Layers>
struct chain_of<messages::none, type_list<Input, Layers...>> {
    using type = chain<Input::value, type_list<Layers...>>;
};

/// A network of these entries, or the stand-in, and what is wrong with it.
template <class Entries>
struct checked {
    using fault = fault_of<Entries>;
    using type = typename chain_of<fault, Entries>::type;
};

} // namespace detail

/// Input and layers of a network, in order. Write `struct net : network<input<784>, dense<10>> {};`: the
/// struct keeps symbols and messages short. The type is empty; model<net> has the weights.
/// The entries' name is for what compilers print where one is no type.
template <class... entries_are_types_as_relu_without_braces>
struct network : detail::checked<typename detail::expanded<entries_are_types_as_relu_without_braces...>::type>::type {
    static_assert(sizeof(typename detail::checked<
                         typename detail::expanded<entries_are_types_as_relu_without_braces...>::type>::fault) >
                  0); // instantiates the message
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
