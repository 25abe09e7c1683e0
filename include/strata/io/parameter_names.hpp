// What a network's parameters are called in files, and the fingerprint of a network.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/layer_values.hpp"
#include "strata/graph/mark.hpp"
#include "strata/graph/slice.hpp"
#include "strata/meta/hash.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/tensor/extents.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// What verbs of files mean by a part that is not named: the whole network.
template <class Part, class Net>
using part_or_all = std::conditional_t<std::is_void_v<Part>, Net, Part>;

/// What of an entry its name and those behind it depend on.
struct entry_of_names {
    bool counts = false; ///< it is a layer that reads the value right before it, as in nn.Sequential
    bool has_parameters = false;
    std::string_view scope, mark;
};

template <class Net>
inline constexpr auto entries_of_names = [] {
    constexpr auto& kinds = kinds_of<typename Net::layers>::values;
    constexpr auto& marks = marks_of<typename Net::layers>::texts;
    std::array<entry_of_names, Net::layer_count> entries{};
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        const auto operands = kinds[i]->operands;
        const bool reads_on = operands.size() == 1 && operands[0].mark.empty() && operands[0].back == 0;
        entries[i] = {.counts = reads_on && !marks[i].is_mark && !kinds[i]->traits.stops_gradient,
                      .has_parameters = Net::table.parameter_offset[i + 1] > Net::table.parameter_offset[i],
                      .scope = kinds[i]->scope,
                      .mark = marks[i].is_mark ? marks[i].name : std::string_view{}};
    }
    return entries;
}();

/// "left/code" as files write it: "left.code".
[[gnu::cold, gnu::noinline]] inline std::string dotted(std::string_view name) {
    std::string text{name};
    std::replace(text.begin(), text.end(), '/', '.');
    return text;
}

/// The scope of a mark: "left" of "left/code".
constexpr std::string_view scope_of_mark(std::string_view mark) {
    const std::size_t slash = mark.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : mark.substr(0, slash);
}

/// "", "3" or "left.code.3", for each entry.
[[gnu::cold, gnu::noinline]] inline std::vector<std::string>
name_entries(std::span<const entry_of_names> entries) {
    struct block {
        std::string_view scope;
        std::string prefix;
    };
    std::vector<block> open{{}}; // the whole network, and scopes in scopes
    std::map<std::string, std::size_t>
        next; // the number of the next layer of a prefix, wherever that comes again
    const auto close_others = [&](std::string_view scope) {
        while (open.size() > 1 && !is_in_scope(scope, open.back().scope)) open.pop_back();
    };
    std::vector<std::string> names;
    for (const entry_of_names& entry : entries) {
        names.emplace_back();
        if (!entry.mark.empty()) {
            close_others(scope_of_mark(entry.mark));
            open.back().prefix = dotted(entry.mark);
            continue;
        }
        if (!entry.counts) continue;
        if (entry.has_parameters) {
            close_others(entry.scope);
            if (entry.scope != open.back().scope) {
                ++next[open.back().prefix]; // a scope counts for one layer of what is around it
                open.push_back({entry.scope, dotted(entry.scope)});
            }
        }
        const std::string& prefix = open.back().prefix;
        names.back() = prefix.empty() ? text_of({next[prefix]}) : text_of({prefix, ".", next[prefix]});
        ++next[prefix];
    }
    return names;
}

/// The entries' numbers alone, as nn.Sequential counts them.
[[gnu::cold, gnu::noinline]] inline std::vector<std::string>
number_entries(std::span<const entry_of_names> entries) {
    std::vector<std::string> numbers;
    std::size_t next = 0;
    for (const entry_of_names& entry : entries)
        numbers.push_back(entry.counts ? text_of({next++}) : std::string{});
    return numbers;
}

/// Names of entries with those of their parameters, for the parameters of a network whose first entry is number `first`.
template <any_network Net>
std::vector<std::string> join_names(const std::vector<std::string>& entries, std::size_t first) {
    std::vector<std::string> names;
    names.reserve(parameters_of<Net>.size());
    for (const placed_parameter& p : parameters_of<Net>)
        names.push_back(text_of({entries[first + p.layer_number - 1], ".", p.what.name}));
    return names;
}

} // namespace detail

/// The names of a network's parameters in files, in the order of parameters_of<Net>: "0.weight", "code.2.bias",
/// "left.0.weight". A layer's is the last mark before it in its scope, or the scope (with dots for slashes), or nothing;
/// and its number behind that, counted from 0 as nn.Sequential does, without marks, inputs and joins. A scope counts for one
/// layer of what is around it. So a slice's names are those that it has in the whole network, and what is behind a mark
/// keeps its names in another network.
template <any_network Net>
std::vector<std::string> parameter_names() {
    using from = detail::origin<Net>;
    return detail::join_names<Net>(detail::name_entries(detail::entries_of_names<typename from::root>),
                                   from::first);
}

namespace detail {

/// The text of a file that has its network's fingerprint.
inline constexpr std::string_view fingerprint_key = "strata.network";

/// What tells networks apart in files: each entry with its options, what it reads, and its output's shape.
template <any_network Net>
std::string fingerprint() {
    fnv1a hash;
    for (const extents& shape : Net::inputs) hash.add(to_string(shape));
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        hash.add(text_of({";", describe_layer<Net>(i), " ", Net::table.shapes[Net::topology.written(i)]}));
        for (const std::size_t v : Net::topology.operands_of(i)) hash.add(text_of({" ", v}));
    }
    return hash.text();
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
