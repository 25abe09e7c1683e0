// A network as a table for people: layer, output shape, parameters, bytes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/chain.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/graph/mark.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// How many values the parameters of each layer have.
template <class Net>
inline constexpr auto value_counts = [] {
    std::array<std::size_t, Net::layer_count> counts{};
    for (std::size_t i = 0; i < Net::layer_count; ++i)
        counts[i] = kinds_of<typename Net::layers>::values[i]->parameters(Net::table.given[i]).count();
    return counts;
}();

/// Whether each entry of a network reads the value right before it, and nothing else.
template <any_network Net>
constexpr bool is_chain() {
    for (std::size_t i = 0; i < Net::layer_count; ++i)
        if (const auto reads = Net::topology.operands_of(i); reads.size() != 1 || reads[0] != i) return false;
    return true;
}

} // namespace detail

namespace detail {

/// The row of describe() that a value has: its layer's number, and for what goes in before the first layer 0, of several
/// such values 0.1, 0.2, ...
template <any_network Net>
std::string row_of_value(std::size_t value) {
    constexpr std::size_t first = Net::topology.written(0);
    if (value >= first) return std::to_string(value - first + 1);
    return first == 1 ? "0" : text_of({"0.", value + 1});
}

} // namespace detail

/// One row a layer, and the sums; beyond a chain with the rows whose outputs each layer reads. "bytes" is what the weights
/// take in storage, padding included.
template <any_network Net>
std::string describe() {
    using row = std::vector<std::string>;
    std::vector<row> table{{"", "layer", "output", "parameters", "bytes"}};
    std::vector<std::string> reads{"reads"};
    for (std::size_t v = 0; v < Net::topology.written(0); ++v) {
        table.push_back({detail::row_of_value<Net>(v), "input", to_string(Net::table.shapes[v]), "", ""});
        reads.emplace_back();
    }
    std::size_t parameters = 0;
    constexpr auto& counts = detail::value_counts<Net>;
    constexpr auto& offsets = Net::table.parameter_offset;
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        const std::size_t bytes = (offsets[i + 1] - offsets[i]) * sizeof(float);
        parameters += counts[i];
        table.push_back({std::to_string(i + 1), detail::describe_layer<Net>(i),
                         to_string(Net::table.shapes[Net::topology.written(i)]),
                         counts[i] == 0 ? "" : std::to_string(counts[i]),
                         bytes == 0 ? "" : std::to_string(bytes)});
    }
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        std::string values;
        for (const std::size_t v : Net::topology.operands_of(i))
            values.append(values.empty() ? "" : ", ").append(detail::row_of_value<Net>(v));
        reads.push_back(values);
    }
    table.push_back(
        {"", "total", "", std::to_string(parameters), std::to_string(Net::parameter_floats * sizeof(float))});

    reads.emplace_back();
    if (!detail::is_chain<Net>())
        for (std::size_t i = 0; i < table.size(); ++i) table[i].insert(table[i].begin() + 2, reads[i]);

    std::vector<std::size_t> width(table.front().size(), 0);
    for (const row& r : table)
        for (std::size_t c = 0; c < r.size(); ++c) width[c] = std::max(width[c], r[c].size());
    std::string text;
    for (const row& r : table) {
        std::string line;
        for (std::size_t c = 0; c < r.size(); ++c) {
            const std::string space(width[c] - r[c].size(), ' ');
            const bool number = c == 0 || c + 2 >= r.size();
            line.append(c == 0 ? "" : "  ").append(number ? space : r[c]).append(number ? r[c] : space);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text.append(line).append(1, '\n');
    }
    return text;
}

/// A network as a diagram in Mermaid's language, which GitHub draws: a box a layer with its output's shape, an arrow for
/// each value that it reads. Marks are written on the arrows.
template <any_network Net>
std::string mermaid() {
    constexpr auto& marks = detail::marks_of<typename Net::layers>::texts;
    constexpr auto& kinds = detail::kinds_of<typename Net::layers>::values;
    constexpr std::size_t first = Net::topology.written(0);
    const auto is_label = [](std::size_t v) {
        return v >= first &&
               (marks[v - first].is_mark || (kinds[v - first]->traits.output == storage::view &&
                                             Net::table.shapes[v] == Net::table.given[v - first]));
    };
    std::string boxes, arrows;
    for (std::size_t v = 0; v < first; ++v)
        boxes.append(detail::text_of({"    v", v, "[\"input<br>", Net::table.shapes[v], "\"]\n"}));
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        if (is_label(first + i)) continue;
        std::string name = detail::describe_layer<Net>(i);
        std::replace(name.begin(), name.end(), '"', '\'');
        const std::string box = detail::text_of({"v", first + i});
        boxes.append(
            detail::text_of({"    ", box, "[\"", name, "<br>", Net::table.shapes[first + i], "\"]\n"}));
        for (std::size_t v : Net::topology.operands_of(i)) {
            std::string label;
            for (; is_label(v); v = Net::table.source[v - first])
                if (marks[v - first].is_mark && label.empty()) label = marks[v - first].name;
            const std::string arrow = label.empty() ? " --> " : detail::text_of({" -->|", label, "| "});
            arrows.append(detail::text_of({"    v", v, arrow, box, "\n"}));
        }
    }
    return detail::text_of({"flowchart TD\n", boxes, arrows});
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
