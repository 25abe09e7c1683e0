// A graph in ONNX's terms, collected node by node, and the file of it.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/element_type.hpp"
#include "strata/io/protobuf.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// An attribute of an ONNX node: {"axis", 1}, {"alpha", 0.3f}, {"pads", {1, 1, 1, 1}}, {"mode", "linear"}.
class onnx_attribute {
public:
    /// A whole number.
    template <std::integral Number>
    onnx_attribute(std::string_view name, Number value) : onnx_attribute{name, of_type{2}} {
        message_.integer(3, static_cast<std::int64_t>(value));
    }
    /// A real number.
    onnx_attribute(std::string_view name, float value) : onnx_attribute{name, of_type{1}} {
        message_.single(2, value);
    }
    /// A text.
    onnx_attribute(std::string_view name, const char* value) : onnx_attribute{name, of_type{3}} {
        message_.text(4, value);
    }
    /// Whole numbers.
    onnx_attribute(std::string_view name, const std::vector<std::size_t>& values)
        : onnx_attribute{name, of_type{7}} {
        for (const std::size_t value : values) message_.integer(8, static_cast<std::int64_t>(value));
    }

    [[nodiscard]] const detail::protobuf_message& message() const { return message_; }

private:
    struct of_type {
        int number;
    };
    onnx_attribute(std::string_view name, of_type type) { message_.text(1, name).integer(20, type.number); }

    detail::protobuf_message message_;
};

namespace detail {

/// The numbers of the fields below are those of onnx.proto, version 1.8 of ONNX: IR 7, operator set 13.
class onnx_graph {
public:
    static constexpr std::int64_t ir_version = 7, operator_set = 13;

    /// Whether its numbers are doubles, not floats.
    explicit onnx_graph(bool doubles) : element_{doubles ? 11 : 1} {}

    /// A name that no value of the graph has: this one, or it with a number behind.
    std::string new_name(const std::string& wanted) {
        std::string name = wanted;
        for (std::size_t i = 2; !names_.insert(name).second; ++i) name = text_of({wanted, "_", i});
        return name;
    }
    /// Where the name of a tensor stands that several nodes share, by what they call it; empty before it is added.
    std::string& shared_tensor(const std::string& called) { return shared_[called]; }

    void add_node(std::string_view type, const std::vector<std::string>& inputs, const std::string& output,
                  std::span<const onnx_attribute> attributes, std::string_view description) {
        protobuf_message rest;
        for (const onnx_attribute& attribute : attributes) rest.message(5, attribute.message());
        rest.text(6, description);
        nodes_.push_back({std::string{type}, inputs, output, rest.bytes()});
    }
    /// Gives a value another name, which no other has: every node that was added calls it so.
    void rename(const std::string& value, const std::string& name) {
        for (node& one : nodes_) {
            if (one.output == value) one.output = name;
            std::replace(one.inputs.begin(), one.inputs.end(), value, name);
        }
    }

    /// A constant tensor, the values in row-major order.
    void add_tensor(const std::string& name, const std::vector<std::size_t>& shape,
                    std::span<const double> values) {
        std::string raw;
        raw.reserve(values.size() * (element_ == 1 ? 4 : 8));
        for (const double value : values)
            if (element_ == 1)
                append(raw, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
            else
                append(raw, std::bit_cast<std::uint64_t>(value));
        add_raw(name, shape, element_, raw);
    }
    /// One of int64 values and one axis.
    void add_integers(const std::string& name, std::span<const std::int64_t> values) {
        std::string raw;
        for (const std::int64_t value : values) append(raw, static_cast<std::uint64_t>(value));
        constexpr int int64_type = 7;
        add_raw(name, {values.size()}, int64_type, raw);
    }
    /// One of floats, whatever the graph's numbers are, and one axis.
    void add_floats(const std::string& name, std::span<const float> values) {
        std::string raw;
        for (const float value : values) append(raw, std::bit_cast<std::uint32_t>(value));
        add_raw(name, {values.size()}, 1, raw);
    }

    void add_input(const std::string& name, const std::vector<std::size_t>& shape) {
        ends_.message(11, value_info(name, shape));
    }
    void add_output(const std::string& name, const std::vector<std::size_t>& shape) {
        ends_.message(12, value_info(name, shape));
    }

    /// The file. Throws std::length_error if it had 2 GiB or more, which readers do not take.
    [[nodiscard]] std::string bytes() const {
        protobuf_message graph, model, operators;
        for (const node& one : nodes_) {
            protobuf_message message;
            for (const std::string& input : one.inputs) message.text(1, input);
            message.text(2, one.output).text(3, one.output).text(4, one.type);
            graph.text(1, std::string{message.bytes()}.append(one.rest));
        }
        graph.text(2, "strata").append(tensors_).append(ends_);
        operators.text(1, "").integer(2, operator_set);
        model.integer(1, ir_version).text(2, "strata");
        model.message(8, operators).message(7, graph);
        constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
        if (model.bytes().size() > most)
            raise<std::length_error>({"the network's ONNX file would have ", model.bytes().size(),
                                      " bytes, but such files have at most ", most});
        return model.bytes();
    }

private:
    template <class Unsigned>
    static void append(std::string& raw, Unsigned number) {
        std::byte bytes[sizeof(Unsigned)];
        to_bytes(number, bytes);
        raw.append(reinterpret_cast<const char*>(bytes), sizeof bytes);
    }
    void add_raw(const std::string& name, const std::vector<std::size_t>& shape, int type,
                 const std::string& raw) {
        protobuf_message tensor;
        for (const std::size_t size : shape) tensor.integer(1, static_cast<std::int64_t>(size));
        tensors_.message(5, tensor.integer(2, type).text(8, name).text(9, raw));
    }
    /// A float tensor of any number of samples of this shape.
    [[nodiscard]] protobuf_message value_info(const std::string& name,
                                              const std::vector<std::size_t>& shape) const {
        protobuf_message axes, tensor, type, value;
        axes.message(1, protobuf_message{}.text(2, "N"));
        for (const std::size_t size : shape)
            axes.message(1, protobuf_message{}.integer(1, static_cast<std::int64_t>(size)));
        tensor.integer(1, element_).message(2, axes);
        type.message(1, tensor);
        return value.text(1, name).message(2, type);
    }

    struct node {
        std::string type;
        std::vector<std::string> inputs;
        std::string output, rest;
    };

    int element_;
    std::set<std::string> names_;
    std::map<std::string, std::string> shared_;
    std::vector<node> nodes_;
    protobuf_message tensors_, ends_;
};

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
