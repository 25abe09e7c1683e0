// What a kind of layer says of itself, as values: a network is worked out by loops over these.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/graph/operands.hpp"
#include "strata/meta/plain_array.hpp"
#include "strata/meta/type_list.hpp"
#include "strata/tensor/extents.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET::detail {

/// The members of a layer; those of a kind that comes a hundred times are the same one's.
struct layer_values {
    layer_traits traits;
    std::span<const operand> operands;               ///< the values that it reads; none: an input
    layer_error (*accepts)(const extents* operands); ///< the shapes of these
    extents (*output)(const extents* operands);
    parameter_list (*parameters)(const extents& in);
    std::size_t (*scratch)(const extents& in, std::size_t rows);
    std::size_t (*saved)(const extents& in, std::size_t rows);
    std::string_view scope{}; ///< of a layer with parameters, the name of the scope that it is in
    bool is_tied = false;     ///< it works with another layer's weights: the next two are there
    weight_owner owner{};
    bool (*ties)(const parameter_list& weights, const extents& in) = nullptr;
};

/// The same as functions with addresses, whatever a layer's own are.
template <class Layer>
struct functions_of {
    static constexpr layer_error accepts(const extents* in) {
        if constexpr (join<Layer>)
            return Layer::accepts(std::span<const extents>{in, Layer::operands.size()});
        else
            return Layer::accepts(*in);
    }
    static constexpr extents output(const extents* in) {
        if constexpr (join<Layer>)
            return Layer::output(std::span<const extents>{in, Layer::operands.size()});
        else
            return Layer::output(*in);
    }
    static constexpr parameter_list parameters(const extents& in) { return Layer::parameters(in); }
    static constexpr std::size_t scratch(const extents& in, std::size_t rows) {
        return Layer::scratch(in, rows);
    }
    static constexpr std::size_t saved(const extents& in, std::size_t rows) { return Layer::saved(in, rows); }
    static constexpr bool ties(const parameter_list& weights, const extents& in) {
        return Layer::ties(weights, in);
    }
    static std::string describe() { return Layer::describe(); }
};

/// The value right before an entry.
inline constexpr operand value_before{};

template <class Layer>
constexpr std::span<const operand> operands_of() {
    if constexpr (requires { Layer::operands; })
        return Layer::operands;
    else
        return {&value_before, 1};
}

template <class Layer>
constexpr std::string_view scope_of() {
    if constexpr (requires { Layer::scope_name; })
        return Layer::scope_name.view();
    else
        return {};
}

template <class Layer>
consteval layer_values list_values() {
    layer_values all{Layer::traits,
                     operands_of<Layer>(),
                     functions_of<Layer>::accepts,
                     functions_of<Layer>::output,
                     functions_of<Layer>::parameters,
                     functions_of<Layer>::scratch,
                     functions_of<Layer>::saved,
                     scope_of<Layer>()};
    if constexpr (tied_layer<Layer>) {
        all.is_tied = true;
        all.owner = Layer::owner;
        all.ties = functions_of<Layer>::ties;
    }
    return all;
}

template <class Layer>
inline constexpr layer_values values_of = list_values<Layer>();

/// The values of layers, one after the other.
using kind_list = const layer_values* const*;

/// The values of every layer of a list.
template <class List>
struct kinds_of;
template <class... Layers>
struct kinds_of<type_list<Layers...>> {
    static constexpr plain_array<const layer_values*, sizeof...(Layers)> values{&values_of<Layers>...};
};

/// What every layer of a list says of itself in words.
template <class List>
struct descriptions_of;
template <class... Layers>
struct descriptions_of<type_list<Layers...>> {
    using description = std::string (*)();
    static constexpr std::array<description, sizeof...(Layers)> functions{functions_of<Layers>::describe...};
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
