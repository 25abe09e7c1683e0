// The only functions that know how to go through a network's layers: one forwards, one backwards.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/slice.hpp"
#include "strata/graph/tied.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// A kind of layer, as a verb meets it on a walk. Layers of one kind differ in their places alone, which are values:
/// a verb is compiled once for each kind, however often it comes. Its flags are what else a verb must know of a layer
/// while compiling.
template <class Layer, extents In, auto Flags>
struct layer_kind {
    using layer = Layer;
    static constexpr extents input = In;
    static constexpr extents output = Layer::output(In);
    static constexpr auto& parameters = detail::parameters_for<Layer, In>;
    static constexpr bool learns = parameters.size > 0 && !Layer::traits.frozen;
    static constexpr auto flags = Flags;
};
template <join Join, extents In, auto Flags>
struct layer_kind<Join, In, Flags> {
    using layer = Join;
    static constexpr extents input = In; ///< the first operand's; the others' are values of the table
    static constexpr parameter_list parameters{};
    static constexpr bool learns = false;
    static constexpr auto flags = Flags;
};

namespace detail {

/// For verbs that know enough of a layer by its kind.
template <class Net>
struct no_flags {
    static constexpr std::array<bool, Net::layer_count> of{};
};

template <class Kind, class Verb>
void call(Verb& verb, std::size_t layer) {
    verb(Kind{}, layer);
}

/// From so many layers on a walk is a loop over pointers: compilers take long for a function of many calls.
inline constexpr std::size_t long_walk = 64;

/// Visits layers Numbers, which are of these kinds.
template <class... Kinds, class Verb, std::size_t... Numbers>
void walk(Verb& verb, type_list<Kinds...>, std::index_sequence<Numbers...>) {
    if constexpr (sizeof...(Kinds) >= long_walk) {
        static constexpr std::size_t numbers[]{Numbers...};
        static constexpr void (*calls[])(Verb&, std::size_t){&call<Kinds, Verb>...};
        for (std::size_t i = 0; i < sizeof...(Kinds); ++i) calls[i](verb, numbers[i]);
    } else {
        (verb(Kinds{}, Numbers), ...);
    }
}

/// The kinds of a network's layers, in either order.
template <class Net, class Flags, class Layers, class Numbers>
struct kinds_on_walk;

template <class Net, class Flags, class... Layers, std::size_t... I>
struct kinds_on_walk<Net, Flags, type_list<Layers...>, std::index_sequence<I...>> {
    static constexpr std::size_t last = Net::layer_count - 1;
    using forward = type_list<layer_kind<Layers, Net::table.given[I], Flags::of[I]>...>;
    using backward = reverse_t<forward>;
    using numbers = std::index_sequence<I...>;
    using numbers_backward = std::index_sequence<last - I...>;
};

template <class Net, class Flags>
using walk_of = kinds_on_walk<Net, Flags, typename Net::layers, std::make_index_sequence<Net::layer_count>>;

} // namespace detail

/// Calls verb(layer_kind<...>{}, 0), verb(layer_kind<...>{}, 1), ..., with the flags of each layer.
template <any_network Net, class Flags = detail::no_flags<Net>, class Verb>
void walk_forward(Verb&& verb) {
    using kinds = detail::walk_of<Net, Flags>;
    detail::walk(verb, typename kinds::forward{}, typename kinds::numbers{});
}

/// The same from the last layer to the first.
template <any_network Net, class Flags = detail::no_flags<Net>, class Verb>
void walk_backward(Verb&& verb) {
    using kinds = detail::walk_of<Net, Flags>;
    detail::walk(verb, typename kinds::backward{}, typename kinds::numbers_backward{});
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
