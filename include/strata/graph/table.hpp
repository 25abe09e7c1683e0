// The table of a chain of layers: shapes and places of parameters, and where a chain lies in the one it was cut from.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/meta/type_list.hpp"

#include <array>
#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// What a loop over a network's layers fills: everything later is worked out from these values.
template <std::size_t Count>
struct layer_table {
    std::array<extents, Count + 1> shapes{}; ///< shapes[i] goes into layer i, shapes[i + 1] comes out
    std::array<std::size_t, Count + 1> parameter_offset{};
    std::array<std::size_t, Count + 1> gradient_offset{}; ///< the same without frozen layers
    /// The first layer that learns, if frozen ones come before it: the backward pass ends there. Else 0.
    std::size_t backward_ends = 0;
    std::size_t wrong_layer = Count;       ///< the first layer that does not take its input
    layer_error error = layer_error::none; ///< what is wrong with it
};

template <std::size_t Count>
consteval layer_table<Count> tabulate(const extents& in, const kind_list<Count>& kinds) {
    layer_table<Count> table;
    table.shapes[0] = in;
    std::size_t weights = 0;
    std::size_t gradients = 0;
    std::size_t i = 0;
    for (const layer_values* kind : kinds) {
        const extents& given = table.shapes[i];
        table.error = kind->accepts(given);
        if (table.error == layer_error::none) {
            const extents out = kind->output(given);
            const std::size_t floats = kind->parameters(given).floats();
            // Neither a layer's values nor the weights up to it may be more than most_floats.
            if (out.count() > most_floats || add_sizes(weights, floats) > most_floats ||
                kind->scratch(given, 1) > most_floats || kind->saved(given, 1) > most_floats)
                table.error = layer_error::too_large;
            weights += floats;
            gradients += kind->traits.frozen ? 0 : floats;
            table.shapes[i + 1] = out;
        }
        if (table.error != layer_error::none) {
            table.wrong_layer = i;
            break;
        }
        ++i;
        table.parameter_offset[i] = weights;
        table.gradient_offset[i] = gradients;
    }
    std::size_t first = 0;
    while (first < i && table.gradient_offset[first + 1] == 0) ++first;
    if (table.parameter_offset[first] > 0) table.backward_ends = first;
    return table;
}

/// What is worked out of a chain of layers.
template <extents In, class Layers>
struct chain {
    using layers = Layers;
    static constexpr std::size_t layer_count = Layers::size;
    static constexpr layer_table<layer_count> table = tabulate(In, kinds_of<Layers>::values);
    static constexpr extents input = In;                         ///< the shape of a sample that goes in
    static constexpr extents output = table.shapes[layer_count]; ///< and of what comes out
    /// Floats of storage that the weights take, padding included.
    static constexpr std::size_t parameter_floats = table.parameter_offset[layer_count];
    /// Floats that their gradients take: none for frozen layers.
    static constexpr std::size_t gradient_floats = table.gradient_offset[layer_count];
};

/// Where a network's layers lie in the network that it was cut from (itself, if it is no slice).
template <any_network Net>
struct origin {
    using root = Net;
    static constexpr std::size_t first = 0;
    static constexpr std::size_t last = Net::layer_count;
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
