// What is worked out of a list of layers: what a network inherits.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/table.hpp"
#include "strata/graph/topology.hpp"

#include <array>
#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// Whether a value goes into a network (only those do on which an output depends), or else whether it comes out.
template <std::size_t Count, class Topology>
constexpr bool is_end(const layer_table<Count, Topology::values>& table, const Topology& graph, bool in,
                      std::size_t value) {
    return in ? table.needed[value] && graph.goes_in(value) : table.is_output[value];
}
/// How many these are, and which.
template <std::size_t Count, class Topology>
constexpr std::size_t count_ends(const layer_table<Count, Topology::values>& table, const Topology& graph,
                                 bool in) {
    std::size_t count = 0;
    for (std::size_t v = 0; v < Topology::values; ++v) count += is_end(table, graph, in, v);
    return count;
}
template <std::size_t Ends, std::size_t Count, class Topology>
constexpr std::array<std::size_t, Ends> find_ends(const layer_table<Count, Topology::values>& table,
                                                  const Topology& graph, bool in) {
    std::array<std::size_t, Ends> numbers{};
    std::size_t next = 0;
    for (std::size_t v = 0; v < Topology::values; ++v)
        if (is_end(table, graph, in, v)) numbers[next++] = v;
    return numbers;
}

template <std::size_t Ends, std::size_t Values>
constexpr std::array<extents, Ends> shapes_of(const extents (&shapes)[Values],
                                              const std::array<std::size_t, Ends>& numbers) {
    std::array<extents, Ends> found{};
    for (std::size_t k = 0; k < Ends; ++k) found[k] = shapes[numbers[k]];
    return found;
}

/// What is worked out of a list of layers.
template <class Inputs, class Layers, const auto& Topology = topology_of<Layers>>
struct chain {
    using leading_inputs = Inputs; ///< those before the first layer
    using layers = Layers;
    static constexpr auto& topology = Topology;
    static constexpr std::size_t layer_count = Layers::size;
    static constexpr auto table = tabulate(Inputs::values, kinds_of<Layers>::values, Topology);
    /// The values that go in, and those that come out, in the list's order: their numbers, and the shapes of one sample.
    static constexpr auto input_values = find_ends<count_ends(table, Topology, true)>(table, Topology, true);
    static constexpr auto output_values =
        find_ends<count_ends(table, Topology, false)>(table, Topology, false);
    static constexpr auto inputs = shapes_of(table.shapes, input_values);
    static constexpr auto outputs = shapes_of(table.shapes, output_values);
    static constexpr extents input =
        inputs.front(); ///< the shape of a sample that goes in; of several the first
    static constexpr extents output = outputs.back(); ///< and of what comes out; of several the last
    /// Floats of storage that the weights take, padding included.
    static constexpr std::size_t parameter_floats = table.parameter_offset[layer_count];
    /// Floats that their gradients take: none for layers that do not learn.
    static constexpr std::size_t gradient_floats = table.gradient_offset[layer_count];
};

/// Where a network's layers lie in the network that it was cut from (itself, if it is no slice).
template <any_network Net>
struct origin {
    using root = Net;
    static constexpr std::size_t first = 0;
    static constexpr std::size_t last = Net::layer_count;
    /// The values of the root that go into it.
    static constexpr auto in = [] {
        std::array<std::size_t, Net::topology.inputs> numbers{};
        for (std::size_t v = 0; v < numbers.size(); ++v) numbers[v] = v;
        return numbers;
    }();
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
