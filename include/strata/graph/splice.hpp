// Entries of a network that stand for several layers: those of another network, and layers that are not
// trained.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/meta/fixed_string.hpp"
#include "strata/meta/type_list.hpp"

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace strata {

template <std::size_t... Extents>
struct input;
template <fixed_string Name>
struct mark;

/// All layers of a network or slice, marks included, as entries of a new one: network<splice<encoder>,
/// dense<10>>. As the first entry it brings its input along. The types are taken over, not the weights: see
/// copy_weights. (Under `using namespace strata` beside Linux's <fcntl.h>, which has a splice too: strata::splice.)
template <any_network Net>
struct splice {};

/// Layers (or splices) that training leaves as they are: neither their weight gradients nor, if they come
/// first, any gradient at all is computed or given memory. They always run as in inference: dropout drops
/// nothing, batch_norm uses its running statistics. thawed<Net> trains them again.
template <class... Entries>
struct frozen {};

namespace detail {

constexpr layer_traits with_frozen(layer_traits traits, bool frozen) {
    traits.frozen = frozen;
    if (frozen) traits.mixes_samples = false; // it runs as in inference
    return traits;
}

/// One layer, frozen.
template <class Layer>
struct frozen_layer : Layer {
    using thawed = Layer;
    static constexpr layer_traits traits = with_frozen(Layer::traits, true);
    static std::string describe() { return "frozen " + Layer::describe(); }
};

template <class Entry>
struct freeze {
    using type = Entry; // not a layer: the message comes later
};
template <layer Layer>
struct freeze<Layer> {
    using type = frozen_layer<Layer>;
};
template <layer Layer>
struct freeze<frozen_layer<Layer>> {
    using type = frozen_layer<Layer>;
};
template <fixed_string Name>
struct freeze<mark<Name>> {
    using type = mark<Name>;
};

template <class Layer>
struct thaw {
    using type = Layer;
};
template <class Layer>
struct thaw<frozen_layer<Layer>> {
    using type = Layer;
};

template <class... Packs>
struct join;
template <>
struct join<> {
    using type = type_list<>;
};
template <class... Types>
struct join<type_list<Types...>> {
    using type = type_list<Types...>;
};
template <class... First, class... Second, class... Rest>
struct join<type_list<First...>, type_list<Second...>, Rest...> : join<type_list<First..., Second...>, Rest...> {};

template <template <class> class Change, class List>
struct change_each;
template <template <class> class Change, class... Types>
struct change_each<Change, type_list<Types...>> {
    using type = type_list<typename Change<Types>::type...>;
};

/// The layers that an entry stands for.
template <class Entry>
struct expand {
    using type = type_list<Entry>;
};
template <class Net>
struct expand<splice<Net>> {
    using type = typename Net::layers;
};
template <class... Entries>
struct expand<frozen<Entries...>>
    : change_each<freeze, typename join<typename expand<Entries>::type...>::type> {};

/// The input that a network's first entry brings along, if it does.
template <class Entry>
struct brought_input {
    using type = type_list<>;
};
template <class Net>
struct brought_input<splice<Net>> {
    template <std::size_t... Axis>
    static auto spell(std::index_sequence<Axis...>) -> type_list<input<Net::input.size[Axis]...>>;
    using type = decltype(spell(std::make_index_sequence<Net::input.rank>{}));
};
template <class First, class... Rest>
struct brought_input<frozen<First, Rest...>> : brought_input<First> {};

/// All entries of a network with each of these in place.
template <class... Entries>
struct expanded {
    using type = type_list<>;
};
template <class First, class... Rest>
struct expanded<First, Rest...> : join<typename brought_input<First>::type, typename expand<First>::type,
                                       typename expand<Rest>::type...> {};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
