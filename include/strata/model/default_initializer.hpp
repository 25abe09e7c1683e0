// How weights are drawn where no initializer is named.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/slice.hpp"
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/initializers/he_uniform.hpp"
#include "strata/initializers/initializer.hpp"

#include <array>
#include <cstddef>

namespace strata::inline STRATA_TARGET::detail {

/// For each value of a network, whether a relu or one of its kind follows before the next layer that has a matrix.
template <any_network Net>
inline constexpr auto relu_follows = [] {
    constexpr auto& kinds = kinds_of<typename Net::layers>::values;
    std::array<bool, Net::topology.values> follows{};
    for (std::size_t i = Net::layer_count; i-- > 0;) {
        bool has_matrix = kinds[i]->is_tied; // another layer's
        const parameter_list of_layer = kinds[i]->parameters(Net::table.given[i]);
        for (std::size_t k = 0; k < of_layer.size; ++k)
            has_matrix = has_matrix || of_layer.items[k].fan_in != 0;
        if (kinds[i]->traits.relu_like || (follows[Net::topology.written(i)] && !has_matrix))
            for (const std::size_t v : Net::topology.operands_of(i)) follows[v] = true;
    }
    return follows;
}();

/// he_uniform in a layer that a relu or one of its kind follows, glorot_uniform in any other.
template <any_network Net>
struct default_initializer {
    void operator()(const weight_draw& w) const {
        if (relu_follows<Net>[Net::topology.written(w.layer_number - 1)])
            he_uniform{}(w);
        else
            glorot_uniform{}(w);
    }
};

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
