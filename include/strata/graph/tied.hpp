// Tied weights: a layer that works with the matrix of another layer, which it names by the mark in front of
// it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/marks.hpp"

#include <array>
#include <cstddef>

namespace strata {

/// A layer without a matrix of its own: `tied_to` is the mark in front of the layer that owns it, and
/// `ties(weight, in)` says whether that layer's first parameter fits.
template <class Layer>
concept tied_layer = requires(const parameter& weight, extents in) {
    Layer::tied_to.view();
    { Layer::ties(weight, in) } -> std::same_as<bool>;
};

namespace detail {

/// The layer that the mark stands in front of, other marks passed over; the number of layers if there is
/// none.
template <class... Layers>
consteval std::size_t layer_after_mark(std::string_view wanted, type_list<Layers...> layers) {
    const std::array<bool, sizeof...(Layers)> marks{is_mark<Layers>...};
    std::size_t place = find_mark(wanted, layers);
    while (place < sizeof...(Layers) && marks[place]) ++place;
    return place;
}

/// The first tied layer whose mark is missing, comes later, or has another kind of layer behind it; the
/// number of layers if there is none such.
template <std::size_t Shapes, class... Layers>
consteval std::size_t first_untied(const std::array<extents, Shapes>& shapes, type_list<Layers...> layers) {
    constexpr std::size_t count = sizeof...(Layers);
    std::array<parameter_list, count> parameters{};
    std::size_t i = 0;
    ((parameters[i] = Layers::parameters(shapes[i]), ++i), ...);
    i = 0;
    std::size_t found = count;
    const auto look = [&]<class Layer>(type_list<Layer>) {
        if constexpr (tied_layer<Layer>) {
            const std::size_t owner = layer_after_mark(Layer::tied_to.view(), layers);
            const bool fits =
                owner < i && parameters[owner].size > 0 && Layer::ties(parameters[owner].items[0], shapes[i]);
            if (!fits && found == count) found = i;
        }
        ++i;
    };
    (look(type_list<Layers>{}), ...);
    return found;
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
