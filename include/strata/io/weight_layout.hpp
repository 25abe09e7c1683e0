// Where each number of a parameter lies in a tensor of another program's file.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/frozen.hpp"
#include "strata/graph/layer_values.hpp"
#include "strata/graph/scope.hpp"
#include "strata/io/convention.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/dense.hpp"
#include "strata/model/model.hpp"
#include "strata/tensor/extents.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// What the weights of a kind of layer are.
enum class weight_form { other, matrix, kernel, transposed_kernel };

template <class Layer>
inline constexpr weight_form form_of = weight_form::other;
template <std::size_t Units>
inline constexpr weight_form form_of<dense<Units>> = weight_form::matrix;
template <std::size_t Filters, size2d Kernel, class... Options>
inline constexpr weight_form form_of<conv2d<Filters, Kernel, Options...>> = weight_form::kernel;
template <std::size_t Filters, size2d Kernel, class... Options>
inline constexpr weight_form form_of<conv2d_transpose<Filters, Kernel, Options...>> =
    weight_form::transposed_kernel;
template <class Layer>
inline constexpr weight_form form_of<frozen_layer<Layer>> = form_of<Layer>;
template <fixed_string Scope, class Layer>
inline constexpr weight_form form_of<in_scope<Scope, Layer>> = form_of<Layer>;

template <class List>
struct forms_of;
template <class... Layers>
struct forms_of<type_list<Layers...>> {
    static constexpr std::array<weight_form, sizeof...(Layers)> values{form_of<Layers>...};
};

/// For each value of a network that is a flattened image, or becomes one, the shape of that image; rank 0 for others. Layers
/// that keep the shape, and have no matrix, keep it.
template <any_network Net>
inline constexpr auto images_of_values = [] {
    constexpr auto& kinds = kinds_of<typename Net::layers>::values;
    std::array<extents, Net::topology.values> images{};
    const auto keeps = [&](std::size_t i) {
        const std::size_t in = Net::table.source[i], out = Net::topology.written(i);
        if (Net::topology.operands_of(i).size() != 1 || Net::table.shapes[in] != Net::table.shapes[out])
            return false;
        const parameter_list own = kinds[i]->parameters(Net::table.given[i]);
        for (std::size_t k = 0; k < own.size; ++k)
            if (own.items[k].fan_in != 0) return false;
        return Net::table.shapes[in].rank == 1 && !kinds[i]->is_tied;
    };
    for (std::size_t i = 0; i < Net::layer_count; ++i) {
        const std::size_t in = Net::table.source[i], out = Net::topology.written(i);
        const bool is_view = kinds[i]->traits.output == storage::view;
        if (is_view && Net::table.shapes[in].rank == 3 && Net::table.shapes[out].rank == 1)
            images[out] = Net::table.shapes[in];
        else if (keeps(i))
            images[out] = images[in];
    }
    for (std::size_t i = Net::layer_count; i-- > 0;) {
        const std::size_t in = Net::table.source[i], out = Net::topology.written(i);
        const bool is_view = kinds[i]->traits.output == storage::view;
        if (is_view && Net::table.shapes[in].rank == 1 && Net::table.shapes[out].rank == 3)
            images[in] = Net::table.shapes[out];
        else if (keeps(i) && images[in].rank == 0)
            images[in] = images[out];
    }
    return images;
}();

/// A tensor of a file that holds one parameter.
struct tensor_layout {
    std::vector<std::size_t> shape; ///< in the file
    std::vector<std::size_t> place; ///< in the file, of each value in row-major order of the logical shape
};

/// Where feature j of a flattened image, channels last, is if channels come first.
constexpr std::size_t channels_first(std::size_t j, const extents& image) {
    if (image.rank == 0) return j;
    const std::size_t channels = image[2];
    return j % channels * (image[0] * image[1]) + j / channels;
}

/// The layout of a parameter: its logical shape, the order in which the file has its axes, and whether its last two axes
/// count features of flattened images.
[[gnu::cold, gnu::noinline]] inline tensor_layout lay_out(const extents& logical,
                                                          std::vector<std::size_t> axes,
                                                          const extents& image_in, const extents& image_out) {
    tensor_layout layout;
    std::vector<std::size_t> stride(logical.rank); // in the file, of our axes
    std::size_t step = 1;
    for (std::size_t k = axes.size(); k-- > 0;) {
        stride[axes[k]] = step;
        step *= logical[axes[k]];
    }
    for (const std::size_t axis : axes) layout.shape.push_back(logical[axis]);
    for (std::size_t i = 0; i < logical.count(); ++i) {
        std::size_t place = 0;
        std::size_t rest = i;
        for (std::size_t axis = logical.rank; axis-- > 0;) {
            std::size_t at = rest % logical[axis];
            rest /= logical[axis];
            if (axis + 1 == logical.rank) at = channels_first(at, image_out);
            if (logical.rank == 2 && axis == 0) at = channels_first(at, image_in);
            place += at * stride[axis];
        }
        layout.place.push_back(place);
    }
    return layout;
}

/// The layout of parameter k of a network, in the order of parameters_of<Net>.
template <any_network Net>
tensor_layout layout_of(std::size_t k, weight_layout of_file) {
    const placed_parameter& p = parameters_of<Net>[k];
    const std::size_t layer = p.layer_number - 1;
    const extents& logical = p.what.logical;
    std::vector<std::size_t> axes(logical.rank);
    for (std::size_t axis = 0; axis < axes.size(); ++axis) axes[axis] = axis;
    if (of_file != weight_layout::pytorch) return lay_out(logical, axes, {}, {});
    if (logical.rank == 1)
        return lay_out(logical, axes, {}, images_of_values<Net>[Net::topology.written(layer)]);
    switch (forms_of<typename Net::layers>::values[layer]) {
    case weight_form::matrix:
        return lay_out(logical, {1, 0}, images_of_values<Net>[Net::table.source[layer]],
                       images_of_values<Net>[Net::topology.written(layer)]);
    case weight_form::kernel:
    case weight_form::transposed_kernel: return lay_out(logical, {3, 2, 0, 1}, {}, {});
    case weight_form::other: break;
    }
    return lay_out(logical, axes, {}, {});
}

/// The shape that Keras gives the kernel of a DepthwiseConv2D: height x width x channels x multiplier, whose numbers lie as those
/// of height x width x 1 x filters. Empty if parameter k is no kernel of a conv2d with as many groups as channels.
template <any_network Net>
std::vector<std::size_t> depthwise_shape(std::size_t k) {
    const placed_parameter& p = parameters_of<Net>[k];
    const std::size_t layer = p.layer_number - 1;
    const extents& logical = p.what.logical;
    if (forms_of<typename Net::layers>::values[layer] != weight_form::kernel || logical.rank != 4 ||
        logical[2] != 1)
        return {};
    const std::size_t channels = Net::table.given[layer][2];
    return {logical[0], logical[1], channels, logical[3] / channels};
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
