// The only functions that know how to go through a network's layers: one forwards, one backwards.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/slice.hpp"
#include "strata/graph/tied.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace strata {

namespace detail {

/// Where a tied layer finds its weights; both offsets count from the network's own first parameter.
struct tie {
    std::ptrdiff_t weights = 0;
    std::size_t owner = 0; ///< the layer, if it is within the network
    bool within = false;
    bool learns = false;      ///< the owner has a gradient to add to
    std::size_t gradient = 0; ///< where
};

/// A slice may be cut such that a tied layer's owner lies before it: its weights are in the parent's block.
template <class Net, class Layer>
consteval tie find_tie() {
    using from = origin<Net>;
    const std::size_t owner = layer_after_mark(Layer::tied_to.view(), typename from::root::layers{});
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

/// For each layer, whether both it and a later one that is tied to it learn.
template <class Net, class... Layers>
consteval auto find_owners(type_list<Layers...>) {
    std::array<bool, sizeof...(Layers)> owns{};
    const auto look = [&]<class Layer>(type_list<Layer>) {
        if constexpr (tied_layer<Layer>)
            if (constexpr tie at = find_tie<Net, Layer>(); at.learns && !Layer::traits.frozen)
                owns[at.owner] = true;
    };
    (look(type_list<Layers>{}), ...);
    return owns;
}

template <class Net>
inline constexpr auto owners = find_owners<Net>(typename Net::layers{});

} // namespace detail

/// Whether all weights that a network works with are its own.
template <any_network Net>
inline constexpr bool ties_are_within = []<class... Layers>(type_list<Layers...>) {
    return ([] {
        if constexpr (tied_layer<Layers>)
            return detail::find_tie<Net, Layers>().within;
        else
            return true;
    }() && ...);
}(typename Net::layers{});

/// One layer of a network, as a verb meets it on a walk.
template <class Net, std::size_t Index>
struct layer_at {
    using network = Net;
    using layer = element_t<Index, typename Net::layers>;
    static constexpr std::size_t index = Index;
    static constexpr extents input = Net::table.shapes[Index];
    static constexpr extents output = Net::table.shapes[Index + 1];
    static constexpr std::size_t parameter_begin = Net::table.parameter_offset[Index];
    static constexpr std::size_t gradient_begin = Net::table.gradient_offset[Index];
    static constexpr parameter_list parameters = layer::parameters(input);
    static constexpr bool learns = parameters.size > 0 && !layer::traits.frozen;
    /// Its weights' gradient begins with what layers that are tied to it have left there.
    static constexpr bool owns_tied_weights = detail::owners<Net>[Index];
};

/// Calls verb(layer_at<Net, 0>{}), verb(layer_at<Net, 1>{}), ...
template <any_network Net, class Verb>
constexpr void walk_forward(Verb&& verb) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (verb(layer_at<Net, I>{}), ...); }
    (std::make_index_sequence<Net::layer_count>{});
}

/// The same from the last layer to the first.
template <any_network Net, class Verb>
constexpr void walk_backward(Verb&& verb) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (verb(layer_at<Net, Net::layer_count - 1 - I>{}), ...); }
    (std::make_index_sequence<Net::layer_count>{});
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
