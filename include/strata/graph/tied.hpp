// Tied weights: where a layer that works with the matrix of another one, which it names by a mark, finds it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/chain.hpp"
#include "strata/graph/concepts.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/graph/messages.hpp"

#include <array>
#include <cstddef>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// The first tied layer that finds no owner, or one with other weights than it needs; the number of layers if there is none
/// such.
template <class List>
consteval std::size_t first_untied(const extents* given, List) {
    constexpr auto& kinds = kinds_of<List>::values;
    for (std::size_t i = 0; i < List::size; ++i) {
        if (!kinds[i]->is_tied) continue;
        const std::size_t owner = topology_of<List>.owner[i];
        if (owner == List::size || !kinds[i]->ties(kinds[owner]->parameters(given[owner]), given[i]))
            return i;
    }
    return List::size;
}

/// Where a tied layer finds its weights; both offsets count from the network's own first parameter.
struct tie {
    std::ptrdiff_t weights = 0;
    std::size_t owner = 0; ///< the layer, if it is within the network
    bool within = false;
    bool learns = false;      ///< the owner has a gradient to add to
    std::size_t gradient = 0; ///< where
};

/// The tie of a layer, which is tied. A slice may be cut such that its owner lies before it: its weights are in the parent's
/// block.
template <class Net>
constexpr tie find_tie(std::size_t layer) {
    using from = origin<Net>;
    const auto& offsets = from::root::table.parameter_offset;
    tie found{.weights =
                  static_cast<std::ptrdiff_t>(offsets[from::root::topology.owner[from::first + layer]]) -
                  static_cast<std::ptrdiff_t>(offsets[from::first])};
    found.owner = Net::topology.owner[layer];
    found.within = found.owner < Net::layer_count;
    if (found.within) {
        const auto& own = Net::table.gradient_offset;
        found.learns = own[found.owner + 1] > own[found.owner];
        found.gradient = own[found.owner];
    }
    return found;
}

/// For each layer, whether both it and a later one that is tied to it learn.
template <class Net>
inline constexpr auto owners = [] {
    std::array<bool, Net::layer_count> owns{};
    for (std::size_t i = 0; i < Net::layer_count; ++i)
        if (Net::table.adds_to_owner[i]) owns[Net::topology.owner[i]] = true;
    return owns;
}();

} // namespace detail

/// Whether all weights that a network works with are its own.
template <any_network Net>
inline constexpr bool ties_are_within = [] {
    for (const std::size_t owner : Net::topology.owner)
        if (owner == Net::topology.outside) return false;
    return true;
}();

namespace detail {

/// To be asserted of size above 0 by models and by each verb that trains, which instantiates the message.
template <class Net>
using tie_error =
    std::conditional_t<ties_are_within<Net>, messages::none, messages::weights_tied_outside<Net>>;

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
