// Entries of a network that stand for several layers, written out: splices and frozen layers.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/frozen.hpp"
#include "strata/graph/input.hpp"
#include "strata/meta/type_list.hpp"

#include <cstddef>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// All layers of a network or slice, marks included, as entries of a new one: network<splice<encoder>,
/// dense<10>>. As the first entry it brings its input along. The types are taken over, not the weights: see
/// copy_weights. (Under `using namespace strata` beside Linux's <fcntl.h>, which has a splice too: strata::splice.)
template <any_network Net>
struct splice {};

namespace detail {

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
struct expand<frozen<Entries...>> : change_each<freeze, join_t<typename expand<Entries>::type...>> {};

/// The input that a network's first entry brings along, if it does.
template <class Entry>
struct brought_input {
    using type = type_list<>;
};
template <class Net>
struct brought_input<splice<Net>> {
    /// What the first layer is given, whether an output depends on it or not.
    static constexpr extents given = Net::leading_inputs::values.back();
    template <std::size_t... Axis>
    static auto spell(std::index_sequence<Axis...>) -> type_list<input<given.size[Axis]...>>;
    using type = decltype(spell(std::make_index_sequence<given.rank>{}));
};
template <class First, class... Rest>
struct brought_input<frozen<First, Rest...>> : brought_input<First> {};

/// All entries of a network with each of these in place.
template <class... Entries>
struct expanded {
    using type = type_list<>;
};
template <class First, class... Rest>
struct expanded<First, Rest...>
    : concatenation<typename brought_input<First>::type, typename expand<First>::type,
                    typename expand<Rest>::type...> {};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
