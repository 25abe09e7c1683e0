// What a layer is handed to say in ONNX's operators what it computes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/concepts.hpp"
#include "strata/io/onnx_graph.hpp"
#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// A parameter of a layer: its name in files, and where its values lie, as floats or as doubles.
struct onnx_parameter {
    std::string name;
    parameter what;
    const float* floats = nullptr;
    const double* doubles = nullptr;

    [[nodiscard]] double operator[](std::size_t index) const {
        const std::size_t at = what.place(index);
        return floats != nullptr ? static_cast<double>(floats[at]) : doubles[at];
    }
};

/// The axes of a value in ONNX, by those of its samples: images are channels first. The samples come before all.
inline std::vector<std::size_t> onnx_shape(const extents& shape) {
    if (shape.rank == 3) return {shape[2], shape[0], shape[1]};
    return {shape.size, shape.size + shape.rank};
}

} // namespace detail

/// A layer's, or a join's, values in an ONNX graph, for a layer that says its own form, in inference:
///
///     struct twice : layer_defaults {
///         // ...
///         static std::string to_onnx(onnx_layer& in) {
///             return in.apply("Mul", {in.input(), in.number(2)});
///         }
///     };
///
/// Values of the graph are named by strings; to_onnx returns the name of the output. Every value has the samples as its
/// first axis; those of rank 3, the images, are N x channels x height x width, all others have the axes that they have here.
class onnx_layer {
public:
    onnx_layer(detail::onnx_graph& graph, std::string name, std::string description)
        : graph_{graph}, name_{std::move(name)}, description_{std::move(description)} {}

    /// What goes in: of a join, operand k.
    [[nodiscard]] const std::string& input(std::size_t k = 0) const { return inputs_[k].first; }
    /// The shape of a sample of it.
    [[nodiscard]] const extents& shape(std::size_t k = 0) const { return inputs_[k].second; }
    /// How many values go in.
    [[nodiscard]] std::size_t inputs() const { return inputs_.size(); }
    /// The axis in ONNX of the last one here: of an image's channels.
    [[nodiscard]] std::size_t last_axis() const { return shape().rank == 3 ? 1 : shape().rank; }

    /// A node, and the name of its output: apply("Elu", {input()}, {{"alpha", 0.5f}}).
    std::string apply(std::string_view type, const std::vector<std::string>& from,
                      std::initializer_list<onnx_attribute> attributes = {}) {
        std::string output = graph_.new_name(detail::text_of({name_, "/", type}));
        graph_.add_node(type, from, output, {attributes.begin(), attributes.size()}, description_);
        return output;
    }

    /// Constants: a number, one for each place of the last axis, whole numbers, floats.
    std::string number(double value) { return add("number", {}, {&value, 1}); }
    /// One number for each place of the last axis: a constant.
    std::string column(std::string_view name, std::span<const double> values) {
        return add(name, column_shape(values.size()), values);
    }
    /// Whole numbers: a constant.
    std::string integers(std::string_view name, const std::vector<std::size_t>& values) {
        const std::string full = graph_.new_name(detail::text_of({name_, "/", name}));
        graph_.add_integers(full, std::vector<std::int64_t>(values.begin(), values.end()));
        return full;
    }
    /// Floats: a constant.
    std::string floats(std::string_view name, std::span<const float> values) {
        const std::string full = graph_.new_name(detail::text_of({name_, "/", name}));
        graph_.add_floats(full, values);
        return full;
    }

    /// The layer's parameter k, or that of the layer to which it is tied: in its logical shape, the axes in this order
    /// (default: as they are).
    std::string parameter(std::size_t k, const std::vector<std::size_t>& axes = {}) {
        return add_parameter(own_[k], axes);
    }
    /// The same of the layer that this one is tied to.
    std::string tied_parameter(std::size_t k, const std::vector<std::size_t>& axes = {}) {
        return add_parameter(tied_[k], axes);
    }
    /// A parameter with a value for each place of the last axis, such that it broadcasts over the others; and its values.
    std::string column_parameter(std::size_t k) {
        const std::vector<double> values = parameter_values(k);
        const bool has_axes_behind = shape().rank == 3;
        std::string& name =
            graph_.shared_tensor(detail::text_of({own_[k].name, has_axes_behind ? "/column" : ""}));
        if (name.empty()) {
            name = graph_.new_name(own_[k].name);
            graph_.add_tensor(name, column_shape(values.size()), values);
        }
        return name;
    }
    /// The values of parameter k, in row-major order.
    [[nodiscard]] std::vector<double> parameter_values(std::size_t k) const {
        std::vector<double> values(own_[k].what.count());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = own_[k][i];
        return values;
    }

    // For whoever makes one.
    void add_input(const std::string& name, const extents& shape) { inputs_.emplace_back(name, shape); }
    void own(std::vector<detail::onnx_parameter> parameters) { own_ = std::move(parameters); }
    void tied(std::vector<detail::onnx_parameter> parameters) { tied_ = std::move(parameters); }

private:
    std::string add(std::string_view name, const std::vector<std::size_t>& shape,
                    std::span<const double> values) {
        const std::string full = graph_.new_name(detail::text_of({name_, "/", name}));
        graph_.add_tensor(full, shape, values);
        return full;
    }
    [[nodiscard]] std::vector<std::size_t> column_shape(std::size_t count) const {
        return shape().rank == 3 ? std::vector<std::size_t>{count, 1, 1} : std::vector<std::size_t>{count};
    }
    /// Once for all layers that share it. A layer and those tied to it ask for one order of axes.
    std::string add_parameter(const detail::onnx_parameter& p, std::vector<std::size_t> axes) {
        std::string& name = graph_.shared_tensor(p.name);
        if (!name.empty()) return name;
        const extents& logical = p.what.logical;
        if (axes.empty())
            for (std::size_t axis = 0; axis < logical.rank; ++axis) axes.push_back(axis);
        std::vector<std::size_t> shape, stride(logical.rank, 1);
        for (std::size_t axis = logical.rank; axis-- > 1;) stride[axis - 1] = stride[axis] * logical[axis];
        for (const std::size_t axis : axes) shape.push_back(logical[axis]);
        std::vector<double> values(logical.count());
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::size_t rest = i, index = 0;
            for (std::size_t k = axes.size(); k-- > 0; rest /= shape[k])
                index += rest % shape[k] * stride[axes[k]];
            values[i] = p[index];
        }
        name = graph_.new_name(p.name);
        graph_.add_tensor(name, shape, values);
        return name;
    }

    detail::onnx_graph& graph_;
    std::string name_, description_;
    std::vector<std::pair<std::string, extents>> inputs_;
    std::vector<detail::onnx_parameter> own_, tied_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
