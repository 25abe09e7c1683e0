// The table of a network over its values: shapes, places of parameters, and which way gradients go.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/graph/topology.hpp"
#include "strata/meta/type_list.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace strata::inline STRATA_TARGET::detail {

/// What loops over a network's entries fill: everything later is worked out from these. Values are numbered as in
/// topology.hpp.
template <std::size_t Count, std::size_t Values = Count + 1>
struct layer_table {
    std::array<extents, Values> shapes{};    ///< of each value
    std::array<extents, Count> given{};      ///< what each layer is given: its first operand's shape
    std::array<std::size_t, Count> source{}; ///< that operand
    std::array<std::size_t, Count + 1> parameter_offset{}; ///< of each layer, in storage
    std::array<std::size_t, Count + 1> gradient_offset{};  ///< the same without layers that do not learn
    std::array<std::size_t, Values> seen{};      ///< the value that a view sees, else the value itself
    std::array<std::size_t, Values> readers{};   ///< how many entries, views apart, read it or a view of it
    std::array<bool, Count> needed{};            ///< an output depends on the entry
    std::array<bool, Values> is_output{};        ///< where the loss begins
    std::array<bool, Values> shows_output{};     ///< it is one, or a view of it is
    std::array<bool, Values> gradient_arrives{}; ///< an output depends on it, and says how
    std::array<bool, Values> learned{};          ///< it depends on a layer that learns
    std::array<bool, Values> hands_back{};       ///< or on an input whose gradient can be had
    /// Whether the inputs' gradients can be had: no frozen layer stands between them and all that learns, and they are
    /// told how an output depends on them.
    bool has_input_gradient = true;
    std::size_t wrong_layer = Count;       ///< the first layer that does not take its input
    layer_error error = layer_error::none; ///< what is wrong with it
    extents wrong_shapes[2]{};             ///< its first operand, and the first that does not go with that
};

/// Whether a layer takes these operands, and what it needs is not too large.
constexpr layer_error error_of_layer(const layer_values& kind, const extents* operands, std::size_t weights) {
    if (const layer_error error = kind.accepts(operands); error != layer_error::none) return error;
    const std::size_t floats = kind.parameters(*operands).floats();
    // Neither a layer's values nor the weights up to it may be more than most_floats.
    const bool too_large = kind.output(operands).count() > most_floats ||
                           add_sizes(weights, floats) > most_floats ||
                           kind.scratch(*operands, 1) > most_floats || kind.saved(*operands, 1) > most_floats;
    return too_large ? layer_error::too_large : layer_error::none;
}

/// The first of some operands that a join does not take beside the first.
template <std::size_t Most>
constexpr extents find_other_operand(const layer_values& kind, const extents (&operands)[Most],
                                     std::size_t count) {
    for (std::size_t k = 1; k < count; ++k) {
        extents others[Most]{};
        std::fill_n(others, count, operands[0]);
        others[k] = operands[k];
        if (kind.accepts(others) != layer_error::none) return operands[k];
    }
    return operands[0];
}

/// Shapes and places of weights, up to the first layer that does not take what it is given.
template <std::size_t Count, class Topology>
constexpr void find_shapes(layer_table<Count, Topology::values>& table, const kind_list<Count>& kinds,
                           const Topology& graph) {
    extents given[Topology::most_operands]{};
    for (std::size_t i = 0; i < Count; ++i) {
        std::size_t count = 0;
        for (const std::size_t v : graph.operands_of(i)) given[count++] = table.shapes[v];
        table.error = error_of_layer(*kinds[i], given, table.parameter_offset[i]);
        if (table.error != layer_error::none) {
            table.wrong_layer = i;
            table.wrong_shapes[0] = given[0];
            table.wrong_shapes[1] = find_other_operand(*kinds[i], given, count);
            return;
        }
        table.source[i] = graph.source(i);
        table.shapes[graph.written(i)] = kinds[i]->output(given);
        table.given[i] = table.shapes[table.source[i]];
        table.parameter_offset[i + 1] = table.parameter_offset[i] + kinds[i]->parameters(given[0]).floats();
    }
}

/// Who reads what, which entries an output depends on, and where its gradient arrives.
template <std::size_t Count, class Topology>
constexpr void find_readers(layer_table<Count, Topology::values>& table, const kind_list<Count>& kinds,
                            const Topology& graph) {
    constexpr std::size_t values = Topology::values;
    bool read[values]{};     // by any entry
    bool computed[values]{}; // by an entry that is no view
    for (std::size_t v = 0; v < values; ++v) table.seen[v] = v;
    for (std::size_t i = 0; i < Count; ++i) {
        const bool is_view = kinds[i]->traits.output == storage::view;
        if (is_view) table.seen[graph.written(i)] = table.seen[table.source[i]];
        for (const std::size_t v : graph.operands_of(i)) {
            read[v] = true;
            if (!is_view) computed[table.seen[v]] = true;
        }
    }
    bool depends[values]{}; // an output does
    for (std::size_t v = 0; v < values; ++v) {
        const bool last = v + 1 == values;
        table.is_output[v] = last || (!graph.one_output && !read[v] && !computed[table.seen[v]]);
        depends[v] = table.gradient_arrives[v] = table.is_output[v];
        if (table.is_output[v]) table.shows_output[table.seen[v]] = true;
    }
    for (std::size_t v = 0; v < values; ++v) {
        if (table.shows_output[v]) ++table.readers[v]; // of the values seen, so far
        table.shows_output[v] = table.shows_output[table.seen[v]];
    }
    for (std::size_t i = Count; i-- > 0;) {
        const std::size_t out = graph.written(i);
        table.needed[i] = depends[out];
        const bool arrives = table.gradient_arrives[out] && !kinds[i]->traits.stops_gradient;
        for (const std::size_t v : graph.operands_of(i)) {
            depends[v] = depends[v] || depends[out];
            table.gradient_arrives[v] = table.gradient_arrives[v] || arrives;
            if (depends[out] && kinds[i]->traits.output != storage::view) ++table.readers[table.seen[v]];
        }
    }
}

/// Which layers learn, and through which values gradients go back to them.
template <std::size_t Count, class Topology>
constexpr void find_gradients(layer_table<Count, Topology::values>& table, const kind_list<Count>& kinds,
                              const Topology& graph) {
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t out = graph.written(i);
        const std::size_t floats = table.parameter_offset[i + 1] - table.parameter_offset[i];
        const bool frozen = kinds[i]->traits.frozen;
        const bool learns = floats > 0 && !frozen && table.gradient_arrives[out];
        table.gradient_offset[i + 1] = table.gradient_offset[i] + (learns ? floats : 0);
        bool learned = false;
        for (const std::size_t v : graph.operands_of(i)) learned = learned || table.learned[v];
        if (floats > 0 && frozen && table.gradient_arrives[out] && !learned) table.has_input_gradient = false;
        table.learned[out] = learns || (learned && !kinds[i]->traits.stops_gradient);
    }
    for (std::size_t v = 0; v < Topology::inputs; ++v)
        table.has_input_gradient = table.has_input_gradient && table.gradient_arrives[v];
    for (std::size_t v = 0; v < Topology::inputs; ++v) table.hands_back[v] = table.has_input_gradient;
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t out = graph.written(i);
        const auto operands = graph.operands_of(i);
        bool back = operands.empty() && table.has_input_gradient;
        for (const std::size_t v : operands) back = back || table.hands_back[v];
        table.hands_back[out] = table.learned[out] || (back && !kinds[i]->traits.stops_gradient);
    }
}

template <std::size_t Count, std::size_t Inputs, class Topology>
consteval layer_table<Count, Topology::values>
tabulate(const std::array<extents, Inputs>& in, const kind_list<Count>& kinds, const Topology& graph) {
    layer_table<Count, Topology::values> table;
    std::copy_n(in.begin(), Inputs, table.shapes.begin());
    if (graph.error != operand_error::none) return table;
    find_shapes(table, kinds, graph);
    if (table.error != layer_error::none) return table;
    find_readers(table, kinds, graph);
    find_gradients(table, kinds, graph);
    return table;
}

/// The shapes that go into a network.
template <extents... In>
struct shapes_in {
    static constexpr std::array<extents, sizeof...(In)> values{In...};
};

/// What is worked out of a list of layers.
template <class Inputs, class Layers, const auto& Topology = topology_of<Layers>>
struct chain {
    using inputs = Inputs;
    using layers = Layers;
    static constexpr auto& topology = Topology;
    static constexpr std::size_t layer_count = Layers::size;
    static constexpr auto table = tabulate(Inputs::values, kinds_of<Layers>::values, Topology);
    static constexpr std::size_t last_value =
        layer_count + Inputs::values.size() - 1;                ///< what the last layer writes
    static constexpr extents input = Inputs::values.back();     ///< the shape of a sample that goes in
    static constexpr extents output = table.shapes[last_value]; ///< and of what comes out
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
