// The parameters of a network one after the other: where each lies in the model's block.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/layer_values.hpp"
#include "strata/graph/slice.hpp"
#include "strata/meta/plain_array.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

namespace strata::inline STRATA_TARGET::detail {

/// A parameter's matrix; `begin` is its first float in a block that is laid out like the weights.
struct parameter_place {
    std::size_t begin = 0;
    std::size_t rows = 0;
    std::size_t columns = 0;
};

template <std::size_t Layers>
struct parameter_table {
    plain_array<std::size_t, Layers + 1> first{}; ///< the number of each layer's first parameter
    plain_array<parameter_place, Layers * parameter_list::capacity + 1> items{};

    /// The first Size of them, and where the last one ends.
    template <std::size_t Size>
    [[nodiscard]] constexpr auto trimmed() const {
        std::array<parameter_place, Size + 1> places{};
        std::copy_n(items, Size + 1, places.begin());
        return places;
    }
};

template <std::size_t Layers, std::size_t Values>
consteval parameter_table<Layers> place_parameters(kind_list kinds,
                                                   const layer_table<Layers, Values>& layers) {
    parameter_table<Layers> table;
    std::size_t next = 0;
    for (std::size_t i = 0; i < Layers; ++i) {
        std::size_t at = layers.parameter_offset[i];
        const parameter_list list = kinds[i]->parameters(layers.given[i]);
        for (std::size_t k = 0; k < list.size; ++k) {
            const parameter& p = list.items[k];
            table.items[next++] = {at, p.rows(), p.columns()};
            at += p.floats();
        }
        table.items[next].begin = at; // where the last one ends
        table.first[i + 1] = next;
    }
    return table;
}

template <class Net>
inline constexpr auto parameter_table_of =
    place_parameters(kinds_of<typename Net::layers>::values, Net::table);

template <class Net>
inline constexpr std::size_t parameter_count = parameter_table_of<Net>.first[Net::layer_count];

/// All parameters of a network in the order of storage; one more item says where the last one ends.
template <class Net>
inline constexpr auto parameter_places = parameter_table_of<Net>.template trimmed<parameter_count<Net>>();

/// The parameters of layer number `layer`, from 0 on.
template <class Net>
std::span<const parameter_place> parameter_places_of(std::size_t layer) {
    constexpr auto& first = parameter_table_of<Net>.first;
    return {parameter_places<Net>.data() + first[layer], first[layer + 1] - first[layer]};
}

/// The number that a part's first parameter has among those of the network it is cut from.
template <class Part, class Net>
inline constexpr std::size_t first_parameter_of =
    parameter_table_of<Net>.first[origin<Part>::first - origin<Net>::first];

/// Puts a parameter's values, in row-major order, to where it stores them; without values the one that it starts with.
template <class Value, class Real>
[[gnu::noinline]] void place_values(const parameter& what, const Value* values, Real* to) {
    const std::size_t rows = what.rows();
    const std::size_t columns = what.columns();
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; c += floats_per_line) {
            const std::size_t now = std::min(floats_per_line, columns - c);
            Real* const line = to + c * rows + r * floats_per_line;
            if (values == nullptr) {
                std::fill_n(line, now, static_cast<Real>(what.start));
                continue;
            }
            if constexpr (std::is_same_v<Value, Real>)
                std::memcpy(line, values, now * sizeof(Real));
            else
                std::copy_n(values, now, line);
            values += now;
        }
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
