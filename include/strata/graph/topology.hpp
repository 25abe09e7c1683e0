// Which values each entry of a network reads, worked out from marks and distances.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/layer_values.hpp"
#include "strata/graph/mark.hpp"
#include "strata/meta/plain_array.hpp"
#include "strata/meta/type_list.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// What can be wrong with the values that an entry asks for.
enum class operand_error {
    none,
    unknown_mark,   ///< no mark has this name
    later_mark,     ///< the mark comes later in the list
    before_the_cut, ///< the value lies before a slice, which does not name it
    nothing_there,  ///< a distance to before the first value
};

/// Values are numbered: first what goes in, then what entry 0, 1, ... writes. So where one value goes in, entry i writes
/// value i + 1, and reads value i unless it says otherwise.
template <std::size_t Count, std::size_t Reads, std::size_t Most, std::size_t Inputs>
struct topology {
    static constexpr std::size_t most_operands = Most; ///< of one entry
    static constexpr std::size_t entries = Count;
    static constexpr std::size_t inputs = Inputs;
    static constexpr std::size_t values = Count + Inputs;
    static constexpr std::size_t operand_count = Reads;
    static constexpr std::size_t none = Count;
    static constexpr std::size_t outside = Count + 1;

    plain_array<std::size_t, Reads> operands{};  ///< the numbers of values, those of each entry together
    plain_array<std::size_t, Count + 1> first{}; ///< where those of each entry begin
    /// The entry with whose weights each works, too; none, or outside of a slice.
    plain_array<std::size_t, Count> owner{};
    std::size_t wrong_entry = Count; ///< the first that asks for what is not there
    operand_error error = operand_error::none;
    bool one_output = false; ///< the last value alone is an output; else all values are that nobody reads

    /// The value that an entry writes.
    [[nodiscard]] static constexpr std::size_t written(std::size_t entry) { return Inputs + entry; }
    [[nodiscard]] constexpr std::span<const std::size_t> operands_of(std::size_t entry) const {
        return {operands + first[entry], first[entry + 1] - first[entry]};
    }
    /// The first value that an entry reads; of an input, its own.
    [[nodiscard]] constexpr std::size_t source(std::size_t entry) const {
        return first[entry] == first[entry + 1] ? written(entry) : operands[first[entry]];
    }

    /// Whether a value is handed in, not computed.
    [[nodiscard]] constexpr bool goes_in(std::size_t value) const {
        return value < Inputs || first[value - Inputs] == first[value - Inputs + 1];
    }

    constexpr void refuse(operand_error why, std::size_t entry) {
        if (error != operand_error::none) return;
        error = why;
        wrong_entry = entry;
    }
};

/// Whether a layer's scope is one of this name, or lies within it.
constexpr bool is_in_scope(std::string_view of_layer, std::string_view name) {
    return of_layer.starts_with(name) && (of_layer.size() == name.size() || of_layer[name.size()] == '/');
}

constexpr std::size_t count_operands(kind_list kinds, std::size_t count) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += kinds[i]->operands.size();
    return sum;
}
constexpr std::size_t most_operands(kind_list kinds, std::size_t count) {
    std::size_t most = 1;
    for (std::size_t i = 0; i < count; ++i) most = std::max(most, kinds[i]->operands.size());
    return most;
}

/// The entry whose weights a tied one works with, if it comes earlier; else the number of entries.
template <class List>
constexpr std::size_t find_owner(const weight_owner& wanted, std::size_t before, List list) {
    constexpr auto& kinds = kinds_of<List>::values;
    if (!wanted.mark.empty()) {
        std::size_t place = find_mark(wanted.mark, list);
        while (place < List::size && marks_of<List>::texts[place].is_mark) ++place;
        return place < before ? place : List::size;
    }
    std::size_t found = List::size, next = 0;
    for (std::size_t i = 0; i < before; ++i) {
        if (!is_in_scope(kinds[i]->scope, wanted.scope)) continue;
        if (next++ == wanted.number) found = i;
    }
    return next == wanted.count ? found : List::size;
}

/// The topology of a list of entries behind one input.
template <class List>
consteval auto resolve_operands(List) {
    constexpr auto& kinds = kinds_of<List>::values;
    topology<List::size, count_operands(kinds, List::size), most_operands(kinds, List::size), 1> found;
    std::size_t next = 0;
    for (std::size_t i = 0; i < List::size; ++i) {
        for (const operand& wanted : kinds[i]->operands) {
            std::size_t value = i; // right before it
            if (!wanted.mark.empty()) {
                const std::size_t at = find_mark(wanted.mark, List{});
                if (at < i)
                    value = found.written(at);
                else
                    found.refuse(at < List::size ? operand_error::later_mark : operand_error::unknown_mark,
                                 i);
            } else if (wanted.back <= i) {
                value = i - wanted.back;
            } else {
                found.refuse(operand_error::nothing_there, i);
            }
            found.operands[next++] = value;
        }
        found.first[i + 1] = next;
        found.owner[i] = kinds[i]->is_tied ? find_owner(kinds[i]->owner, i, List{}) : found.none;
    }
    return found;
}

template <class List>
inline constexpr auto topology_of = resolve_operands(List{});

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
