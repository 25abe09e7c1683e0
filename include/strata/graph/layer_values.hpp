// What a kind of layer says of itself, as values: a network is worked out by loops over these.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/meta/type_list.hpp"
#include "strata/tensor/extents.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// The members of a layer; those of a kind that comes a hundred times are the same one's.
struct layer_values {
    layer_traits traits;
    refusal (*accepts)(const extents& in);
    extents (*output)(const extents& in);
    parameter_list (*parameters)(const extents& in);
    std::size_t (*scratch)(const extents& in, std::size_t rows);
    std::size_t (*kept)(const extents& in, std::size_t rows);
    std::string_view tied_to{}; ///< the mark before the layer that this one shares weights with
    bool (*ties)(const parameter& weight, const extents& in) = nullptr; ///< null: it shares with none
};

template <class Layer>
consteval layer_values list_values() {
    layer_values values{.traits = Layer::traits,
                        .accepts = [](const extents& in) -> refusal { return Layer::accepts(in); },
                        .output = [](const extents& in) -> extents { return Layer::output(in); },
                        .parameters = [](const extents& in) -> parameter_list { return Layer::parameters(in); },
                        .scratch = [](const extents& in, std::size_t rows) { return Layer::scratch(in, rows); },
                        .kept = [](const extents& in, std::size_t rows) { return Layer::kept(in, rows); }};
    if constexpr (tied_layer<Layer>) {
        values.tied_to = Layer::tied_to.view();
        values.ties = [](const parameter& weight, const extents& in) { return Layer::ties(weight, in); };
    }
    return values;
}

template <class Layer>
inline constexpr layer_values values_of = list_values<Layer>();

template <std::size_t Count>
using kind_list = std::array<const layer_values*, Count>;

/// The values of every layer of a list.
template <class List>
struct kinds_of;
template <class... Layers>
struct kinds_of<type_list<Layers...>> {
    static constexpr kind_list<sizeof...(Layers)> values{&values_of<Layers>...};
};

/// What every layer of a list says of itself in words.
template <class List>
struct descriptions_of;
template <class... Layers>
struct descriptions_of<type_list<Layers...>> {
    using description = std::string (*)();
    static constexpr std::array<description, sizeof...(Layers)> functions{
        []() -> std::string { return Layers::describe(); }...};
};

/// "dense 20", for layer 0 and so on.
template <class Net>
std::string describe_layer(std::size_t layer) {
    return descriptions_of<typename Net::layers>::functions[layer]();
}

/// A layer's parameters for samples of a shape: the same list for each layer of the kind.
template <class Layer, extents In>
inline constexpr parameter_list parameters_for = Layer::parameters(In);

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
