// The parameters of a network one after the other: where each lies in the model's block.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/walk.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace strata::detail {

/// A parameter's matrix; `begin` is its first float in a block that is laid out like the weights.
struct parameter_place {
    std::size_t begin = 0;
    std::size_t rows = 0;
    std::size_t columns = 0;
};

template <std::size_t Layers>
struct parameter_table {
    std::array<std::size_t, Layers + 1> first{}; ///< the number of each layer's first parameter
    std::array<parameter_place, Layers * parameter_list::capacity + 1> items{};

    /// Adds those of one layer.
    template <class Step>
    constexpr void add_layer() {
        std::size_t& next = first[Step::index + 1];
        next = first[Step::index];
        std::size_t at = Step::parameter_begin;
        for (std::size_t k = 0; k < Step::parameters.size; ++k) {
            const parameter& p = Step::parameters.items[k];
            items[next++] = {at, p.rows(), p.columns()};
            at += p.floats();
        }
        items[next].begin = at; // where the last one ends
    }

    /// The first Size of them, and where the last one ends.
    template <std::size_t Size>
    [[nodiscard]] constexpr auto trimmed() const {
        std::array<parameter_place, Size + 1> places{};
        std::copy_n(items.begin(), Size + 1, places.begin());
        return places;
    }
};

template <class Net>
inline constexpr auto parameter_table_of = [] {
    parameter_table<Net::layer_count> table;
    walk_forward<Net>([&]<class Step>(Step) { table.template add_layer<Step>(); });
    return table;
}();

template <class Net>
inline constexpr std::size_t parameter_count = parameter_table_of<Net>.first[Net::layer_count];

/// All parameters of a network in the order of storage; one more item says where the last one ends.
template <class Net>
inline constexpr auto parameter_places = parameter_table_of<Net>.template trimmed<parameter_count<Net>>();

/// The number that a part's first parameter has among those of the network it is cut from.
template <class Part, class Net>
inline constexpr std::size_t first_parameter_of =
    parameter_table_of<Net>.first[origin<Part>::first - origin<Net>::first];

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
