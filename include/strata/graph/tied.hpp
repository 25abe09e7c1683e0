// Tied weights: where a layer that works with the matrix of another one, which it names by a mark, finds it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/graph/mark.hpp"
#include "strata/graph/table.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// The layer that the mark stands in front of, other marks passed over; the number of layers if there is
/// none.
template <class List>
constexpr std::size_t layer_after_mark(std::string_view wanted, List layers) {
    std::size_t place = find_mark(wanted, layers);
    while (place < List::size && marks_of<List>::texts[place].is_mark) ++place;
    return place;
}

/// The first tied layer whose mark is missing, comes later, or has another kind of layer behind it; the
/// number of layers if there is none such.
template <class List>
consteval std::size_t first_untied(const std::array<extents, List::size>& given, List layers) {
    constexpr auto& kinds = kinds_of<List>::values;
    for (std::size_t i = 0; i < List::size; ++i) {
        if (!kinds[i]->is_tied) continue;
        const std::size_t owner = layer_after_mark(kinds[i]->tied_to, layers);
        if (owner >= i) return i;
        const parameter_list weights = kinds[owner]->parameters(given[owner]);
        if (weights.size == 0 || !kinds[i]->ties(weights.items[0], given[i])) return i;
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

/// A slice may be cut such that a tied layer's owner lies before it: its weights are in the parent's block.
template <class Net>
constexpr tie find_tie(std::string_view mark) {
    using from = origin<Net>;
    const std::size_t owner = layer_after_mark(mark, typename from::root::layers{});
    const auto& offsets = from::root::table.parameter_offset;
    tie found{.weights = static_cast<std::ptrdiff_t>(offsets[owner]) -
                         static_cast<std::ptrdiff_t>(offsets[from::first])};
    if (owner >= from::first && owner < from::last) {
        const auto& own = Net::table.gradient_offset;
        found.within = true;
        found.owner = owner - from::first;
        found.learns = own[found.owner + 1] > own[found.owner];
        found.gradient = own[found.owner];
    }
    return found;
}

template <class Net, class Layer>
consteval tie find_tie() {
    return find_tie<Net>(Layer::tied_to.view());
}

/// For each layer, whether both it and a later one that is tied to it learn.
template <class Net>
inline constexpr auto owners = [] {
    std::array<bool, Net::layer_count> owns{};
    for (const layer_values* kind : kinds_of<typename Net::layers>::values)
        if (kind->is_tied && !kind->traits.frozen)
            if (const tie at = find_tie<Net>(kind->tied_to); at.learns) owns[at.owner] = true;
    return owns;
}();

} // namespace detail

/// Whether all weights that a network works with are its own.
template <any_network Net>
inline constexpr bool ties_are_within = [] {
    for (const detail::layer_values* kind : detail::kinds_of<typename Net::layers>::values)
        if (kind->is_tied && !detail::find_tie<Net>(kind->tied_to).within) return false;
    return true;
}();

} // namespace strata

#include "strata/meta/macros_back.hpp"
