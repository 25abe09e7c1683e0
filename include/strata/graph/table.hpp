// The table of a network over its values: shapes, places of parameters, and which way gradients go.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/graph/topology.hpp"
#include "strata/meta/plain_array.hpp"
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
    plain_array<extents, Values> shapes{};    ///< of each value
    plain_array<extents, Count> given{};      ///< what each layer is given: its first operand's shape
    plain_array<std::size_t, Count> source{}; ///< that operand
    plain_array<std::size_t, Count + 1> parameter_offset{}; ///< of each layer, in storage
    plain_array<std::size_t, Count + 1> gradient_offset{};  ///< the same without layers that do not learn
    plain_array<std::size_t, Values> seen{};      ///< the value that a view sees, else the value itself
    plain_array<std::size_t, Values> readers{};   ///< how many entries, views apart, read it or a view of it
    plain_array<bool, Values> needed{};           ///< an output depends on it
    plain_array<bool, Values> is_output{};        ///< where the loss begins
    plain_array<bool, Values> shows_output{};     ///< it is one, or a view of it is
    plain_array<bool, Values> gradient_arrives{}; ///< an output depends on it, and says how
    plain_array<bool, Values> learned{};          ///< it depends on a layer that learns
    plain_array<bool, Values> hands_back{};       ///< or on an input whose gradient can be had
    plain_array<bool, Count> adds_to_owner{};     ///< it learns by the weights of another layer
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
constexpr void find_shapes(layer_table<Count, Topology::values>& table, kind_list kinds,
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

/// Who reads what, which values an output depends on, and where its gradient arrives.
template <std::size_t Count, class Topology>
constexpr void find_readers(layer_table<Count, Topology::values>& table, kind_list kinds,
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
    for (std::size_t v = values; v-- > 0;) {
        const bool last = v + 1 == values;
        // Of several views of one value that nobody reads, the last is an output.
        const bool hidden =
            graph.one_output || read[v] || computed[table.seen[v]] || table.shows_output[table.seen[v]];
        table.is_output[v] = table.needed[v] = table.gradient_arrives[v] = last || !hidden;
        if (table.is_output[v]) table.shows_output[table.seen[v]] = true;
    }
    for (std::size_t v = 0; v < values; ++v) {
        if (table.shows_output[v]) ++table.readers[v]; // of the values seen, so far
        table.shows_output[v] = table.shows_output[table.seen[v]];
    }
    for (std::size_t i = Count; i-- > 0;) {
        const std::size_t out = graph.written(i);
        const bool arrives = table.gradient_arrives[out] && !kinds[i]->traits.stops_gradient;
        for (const std::size_t v : graph.operands_of(i)) {
            table.needed[v] = table.needed[v] || table.needed[out];
            table.gradient_arrives[v] = table.gradient_arrives[v] || arrives;
            if (table.needed[out] && kinds[i]->traits.output != storage::view) ++table.readers[table.seen[v]];
        }
    }
}

/// Which layers learn, and through which values gradients go back to them.
template <std::size_t Count, class Topology>
constexpr void find_gradients(layer_table<Count, Topology::values>& table, kind_list kinds,
                              const Topology& graph) {
    bool taught[Count]{}; // by layers that are tied to it
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t owner = graph.owner[i];
        if (owner >= Count || kinds[owner]->traits.frozen || kinds[i]->traits.frozen) continue;
        table.adds_to_owner[i] = table.gradient_arrives[graph.written(i)];
        taught[owner] = taught[owner] || table.adds_to_owner[i];
    }
    for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t out = graph.written(i);
        const std::size_t floats = table.parameter_offset[i + 1] - table.parameter_offset[i];
        const bool frozen = kinds[i]->traits.frozen;
        const bool takes_part = floats > 0 && !frozen && (table.gradient_arrives[out] || taught[i]);
        const bool learns = (takes_part && table.gradient_arrives[out]) || table.adds_to_owner[i];
        table.gradient_offset[i + 1] = table.gradient_offset[i] + (takes_part ? floats : 0);
        bool learned = false;
        for (const std::size_t v : graph.operands_of(i)) learned = learned || table.learned[v];
        if (floats > 0 && frozen && table.gradient_arrives[out] && !learned) table.has_input_gradient = false;
        table.learned[out] = learns || (learned && !kinds[i]->traits.stops_gradient);
    }
    for (std::size_t v = 0; v < Topology::values; ++v)
        if (graph.goes_in(v) && table.needed[v] && !table.gradient_arrives[v])
            table.has_input_gradient = false;
    for (std::size_t v = 0; v < Topology::values; ++v) {
        bool back = graph.goes_in(v) && table.has_input_gradient;
        if (v >= Topology::inputs)
            for (const std::size_t from : graph.operands_of(v - Topology::inputs))
                back =
                    back || (table.hands_back[from] && !kinds[v - Topology::inputs]->traits.stops_gradient);
        table.hands_back[v] = table.learned[v] || back;
    }
}

template <std::size_t Inputs, class Topology>
consteval layer_table<Topology::entries, Topology::values> tabulate(const std::array<extents, Inputs>& in,
                                                                    kind_list kinds, const Topology& graph) {
    layer_table<Topology::entries, Topology::values> table;
    for (std::size_t v = 0; v < Inputs; ++v) table.shapes[v] = in[v];
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

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
