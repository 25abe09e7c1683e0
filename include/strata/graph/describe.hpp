// A network as a table for people: layer, output shape, parameters, bytes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/walk.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace strata {

/// One row a layer, and the sums. "bytes" is what the weights take in storage, padding included.
template <any_network Net>
std::string describe() {
    using row = std::vector<std::string>;
    std::vector<row> table{{"", "layer", "output", "parameters", "bytes"},
                           {"0", "input", to_string(Net::input), "", ""}};
    std::size_t parameters = 0;
    walk_forward<Net>([&]<class Step>(Step) {
        const std::size_t count = Step::parameters.count();
        const std::size_t bytes = Step::parameters.floats() * sizeof(float);
        parameters += count;
        table.push_back({std::to_string(Step::index + 1), Step::layer::describe(), to_string(Step::output),
                         count == 0 ? "" : std::to_string(count), bytes == 0 ? "" : std::to_string(bytes)});
    });
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
