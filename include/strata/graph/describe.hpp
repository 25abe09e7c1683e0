// A network as a table for people: layer, output shape, parameters, bytes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/layer_values.hpp"
#include "strata/graph/table.hpp"

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
        counts[i] = kinds_of<typename Net::layers>::values[i]->parameters(Net::table.shapes[i]).count();
    return counts;
}();

} // namespace detail

/// One row a layer, and the sums. "bytes" is what the weights take in storage, padding included.
template <any_network Net>
std::string describe() {
    using row = std::vector<std::string>;
    std::vector<row> table{{"", "layer", "output", "parameters", "bytes"},
                           {"0", "input", to_string(Net::input), "", ""}};
    std::size_t parameters = 0;
    constexpr auto& counts = detail::value_counts<Net>;
    constexpr auto& offsets = Net::table.parameter_offset;
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        const std::size_t bytes = (offsets[i + 1] - offsets[i]) * sizeof(float);
        parameters += counts[i];
        table.push_back({std::to_string(i + 1), detail::describe_layer<Net>(i),
                         to_string(Net::table.shapes[i + 1]), counts[i] == 0 ? "" : std::to_string(counts[i]),
                         bytes == 0 ? "" : std::to_string(bytes)});
    }
    table.push_back(
        {"", "total", "", std::to_string(parameters), std::to_string(Net::parameter_floats * sizeof(float))});

    std::vector<std::size_t> width(table.front().size(), 0);
    for (const row& r : table)
        for (std::size_t c = 0; c < r.size(); ++c) width[c] = std::max(width[c], r[c].size());
    std::string text;
    for (const row& r : table) {
        std::string line;
        for (std::size_t c = 0; c < r.size(); ++c) {
            const std::string space(width[c] - r[c].size(), ' ');
            const bool number = c == 0 || c >= 3;
            line += (c == 0 ? "" : "  ") + (number ? space + r[c] : r[c] + space);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
