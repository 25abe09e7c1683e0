// A network is a type: an input and the layers after it. Shapes and parameters are worked out, and checked,
// here.
#pragma once

#include "strata/graph/concepts.hpp"
#include "strata/graph/messages.hpp"
#include "strata/meta/name.hpp"
#include "strata/meta/pack.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace strata {

/// A network's first entry: the shape of one sample, for instance input<28, 28, 1>.
template <std::size_t... Extents>
requires(sizeof...(Extents) > 0 && sizeof...(Extents) <= extents::max_rank &&
         ((Extents > 0) && ...)) struct input {
    static constexpr extents value = shape<Extents...>;
};

/// A named place between two layers: no code, no data. until<Net, "code"> ends here, from<Net, "code"> starts
/// here.
template <name Name>
struct mark : layer_defaults {
    static constexpr name mark_name = Name;
    static constexpr layer_traits traits{.output = storage::of_input};
    static std::string describe() { return "mark \"" + std::string{Name.view()} + "\""; }
};

namespace detail {

template <class T>
inline constexpr bool is_input = false;
template <std::size_t... E>
inline constexpr bool is_input<input<E...>> = true;
template <class T>
inline constexpr bool is_mark = false;
template <name Name>
inline constexpr bool is_mark<mark<Name>> = true;

/// What the fold over a network's layers fills: everything later is worked out from these values.
template <std::size_t Count>
struct layer_table {
    std::array<extents, Count + 1> shapes{}; ///< shapes[i] goes into layer i, shapes[i + 1] comes out
    std::array<std::size_t, Count + 1> parameter_offset{};
    std::size_t refused = Count; ///< the first layer that does not take its input
    refusal why = refusal::none;
};

template <class... Layers>
consteval auto tabulate(extents in, pack<Layers...>) {
    layer_table<sizeof...(Layers)> table;
    table.shapes[0] = in;
    std::size_t i = 0;
    const auto add = [&]<class Layer>(pack<Layer>) {
        if (table.why != refusal::none) return;
        const refusal verdict = Layer::accepts(table.shapes[i]);
        if (verdict != refusal::none) {
            table.refused = i;
            table.why = verdict;
            return;
        }
        table.shapes[i + 1] = Layer::output(table.shapes[i]);
        table.parameter_offset[i + 1] =
            table.parameter_offset[i] + Layer::parameters(table.shapes[i]).floats();
        ++i;
    };
    (add(pack<Layers>{}), ...);
    return table;
}

/// The checks that need only the list of entries; layers are numbered from 1, as people count. Each failing
/// branch instantiates a message, which does not compile.
template <class... Layers>
struct entries {
    template <std::size_t Number, class Layer>
    static consteval bool sound() {
        if constexpr (is_input<Layer>)
            return sizeof(messages::input_in_the_middle<messages::layer_number<Number>>) == 0;
        else if constexpr (!layer<Layer>)
            return sizeof(messages::not_a_layer<messages::layer_number<Number>, Layer>) == 0;
        else if constexpr (is_mark<Layer>) {
            if constexpr ((std::size_t{std::is_same_v<Layer, Layers>} + ...) > 1)
                return sizeof(messages::doubled_mark<Layer::mark_name>) == 0;
        }
        return true;
    }
    template <std::size_t... I>
    static consteval bool all_sound(std::index_sequence<I...>) {
        return (sound<I + 1, Layers>() && ...);
    }
};

template <extents In, class Layers>
consteval bool shapes_fit() {
    constexpr auto table = tabulate(In, Layers{});
    if constexpr (table.why != refusal::none) {
        constexpr extents given = table.shapes[table.refused];
        using spelt = typename messages::spell_shape<given, std::make_index_sequence<given.rank>>::type;
        return sizeof(messages::layer_cannot_take_this_shape<messages::layer_number<table.refused + 1>,
                                                             element_t<table.refused, Layers>, spelt,
                                                             table.why>) == 0;
    }
    return true;
}

template <class Input, class... Layers>
consteval bool network_is_sound() {
    if constexpr (!is_input<Input>)
        return sizeof(messages::network_must_start_with_its_input<Input>) == 0;
    else if constexpr (sizeof...(Layers) == 0)
        return sizeof(messages::network_without_layers<Input>) == 0;
    else if constexpr (entries<Layers...>::all_sound(std::index_sequence_for<Layers...>{}))
        return shapes_fit<Input::value, pack<Layers...>>();
    else
        return false;
}

/// What is worked out of a chain of layers; nothing, if the chain is unsound, so that one mistake gives one
/// message.
template <bool Sound, extents In, class Layers>
struct chain {};

template <extents In, class... Layers>
struct chain<true, In, pack<Layers...>> {
    using layers = pack<Layers...>;
    static constexpr std::size_t layer_count = sizeof...(Layers);
    static constexpr auto table = tabulate(In, layers{});
    static constexpr extents input = In;                         ///< the shape of a sample that goes in
    static constexpr extents output = table.shapes[layer_count]; ///< and of what comes out
    /// Floats of storage that the weights take, padding included.
    static constexpr std::size_t parameter_floats = table.parameter_offset[layer_count];
};

template <class Input>
consteval extents input_extents() {
    if constexpr (is_input<Input>)
        return Input::value;
    else
        return {};
}

} // namespace detail

/// The layers of a network, in order, after its input. Write `struct net : network<input<784>, dense<10>>
/// {};`: the struct keeps symbols and messages short. The type is empty; model<net> has the weights.
template <class Input, class... Layers>
struct network : detail::chain<detail::network_is_sound<Input, Layers...>(), detail::input_extents<Input>(),
                               pack<Layers...>> {};

} // namespace strata
