// The only functions that know how to go through a network's layers: one forwards, one backwards.
#pragma once

#include "strata/graph/network.hpp"

#include <cstddef>
#include <utility>

namespace strata {

/// One layer of a network, as a verb meets it on a walk.
template <class Net, std::size_t Index>
struct step {
    using network = Net;
    using layer = element_t<Index, typename Net::layers>;
    static constexpr std::size_t index = Index;
    static constexpr extents input = Net::table.shapes[Index];
    static constexpr extents output = Net::table.shapes[Index + 1];
    static constexpr std::size_t parameter_begin = Net::table.parameter_offset[Index];
    static constexpr parameter_list parameters = layer::parameters(input);
};

/// Calls verb(step<Net, 0>{}), verb(step<Net, 1>{}), ...
template <any_network Net, class Verb>
constexpr void walk_forward(Verb&& verb) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (verb(step<Net, I>{}), ...); }
    (std::make_index_sequence<Net::layer_count>{});
}

/// The same from the last layer to the first.
template <any_network Net, class Verb>
constexpr void walk_backward(Verb&& verb) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (verb(step<Net, Net::layer_count - 1 - I>{}), ...); }
    (std::make_index_sequence<Net::layer_count>{});
}

} // namespace strata
