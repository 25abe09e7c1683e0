// The entries of a network as the nodes of an ONNX graph.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/mark.hpp"
#include "strata/graph/messages.hpp"
#include "strata/graph/slice.hpp"
#include "strata/graph/tied.hpp"
#include "strata/graph/walk.hpp"
#include "strata/io/onnx_forms.hpp"
#include "strata/io/onnx_graph.hpp"
#include "strata/io/onnx_layer.hpp"
#include "strata/io/parameter_names.hpp"
#include "strata/model/model.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Number, class Layer>
struct layer_has_no_onnx_form {
    static_assert(always_false<Number>,
                  "strata: write_onnx does not know this layer: give it a member \"static std::string "
                  "to_onnx(strata::onnx_layer&)\", which io/onnx_layer.hpp describes");
};

} // namespace messages

namespace detail {

template <class Layer>
concept says_its_onnx_form = requires(onnx_layer& l) {
    { Layer::to_onnx(l) } -> std::convertible_to<std::string>;
};
template <class Layer>
concept has_onnx_form = requires(onnx_layer& l) {
    { onnx_form<Layer>::write(l) } -> std::convertible_to<std::string>;
};

/// The same values in another shape. ONNX's images have another order.
[[gnu::cold, gnu::noinline]] inline std::string write_reshaped(onnx_layer& l, const extents& out) {
    const auto same_order = [](const extents& s) { return s.rank != 3 || s[2] == 1 || s[0] * s[1] == 1; };
    std::string value = l.input();
    if (!same_order(l.shape()))
        value = l.apply("Transpose", {value}, {{"perm", std::vector<std::size_t>{0, 2, 3, 1}}});
    if (out.rank == 1) return l.apply("Flatten", {value}, {{"axis", 1}});
    std::vector<std::size_t> shape{0}; // as many samples as come in
    if (same_order(out))
        for (const std::size_t size : onnx_shape(out)) shape.push_back(size);
    else
        shape.insert(shape.end(), out.size, out.size + out.rank);
    value = l.apply("Reshape", {value, l.integers("shape", shape)});
    return same_order(out) ? value
                           : l.apply("Transpose", {value}, {{"perm", std::vector<std::size_t>{0, 3, 1, 2}}});
}

/// Writes the entries of a network, one after the other.
template <class Net, class Real>
class onnx_entries {
public:
    onnx_entries(onnx_graph& graph, const Real* weights) : graph_{graph}, weights_{weights} {
        const auto names = parameter_names<root>();
        for (std::size_t k = 0; k < names.size(); ++k)
            parameter_names_[parameters_of<root>[k].layer_number - 1].push_back(names[k]);
        for (std::size_t v = 0; v < Net::topology.values; ++v)
            if (Net::topology.goes_in(v)) add_input(v);
    }

    template <class Kind>
    void operator()(Kind, std::size_t i) {
        using layer = typename Kind::layer;
        const std::size_t out = Net::topology.written(i);
        if constexpr (!is_input<layer>) {
            if (!Net::table.needed[out]) return;
            onnx_layer l{graph_, text_of({"layer_", i + 1}), describe_layer<Net>(i)};
            for (const std::size_t v : Net::topology.operands_of(i))
                l.add_input(names_[v], Net::table.shapes[v]);
            if constexpr (layer::traits.output == storage::view) {
                const bool same = Net::table.shapes[out] == Net::table.given[i];
                names_[out] = same ? l.input() : write_reshaped(l, Net::table.shapes[out]);
            } else {
                give_parameters<layer, Kind::input>(l, i);
                if constexpr (says_its_onnx_form<layer>)
                    names_[out] = layer::to_onnx(l);
                else
                    names_[out] = onnx_form<layer>::write(l);
            }
            if (const std::string_view mark = mark_at(out); !mark.empty()) name_value(out, std::string{mark});
        }
    }

    /// Names what comes out, once all entries are written.
    void add_outputs() {
        for (std::size_t v = 0; v < Net::topology.values; ++v) {
            if (!Net::table.is_output[v]) continue;
            std::string name = names_[v];
            if (!is_named_.contains(name)) {
                name = rename(v, "output");
            } else if (!output_names_.insert(name).second || input_names_.contains(name)) {
                name = graph_.new_name("output");
                graph_.add_node("Identity", {names_[v]}, name, {}, "");
            }
            graph_.add_output(name, onnx_shape(Net::table.shapes[v]));
        }
    }

private:
    using root = typename origin<Net>::root;

    /// The first mark at a value, in the network of which this may be a slice; empty if there is none.
    static std::string_view mark_at(std::size_t v) {
        constexpr auto& marks = marks_of<typename root::layers>::texts;
        const std::size_t in_root =
            v < Net::topology.inputs ? origin<Net>::in[v]
                                     : root::topology.written(origin<Net>::first + v - Net::topology.inputs);
        for (std::size_t i = 0; i < root::layer_count; ++i) {
            const std::size_t out = root::topology.written(i);
            if (marks[i].is_mark && root::table.seen[out] == root::table.seen[in_root] &&
                root::table.shapes[out] == root::table.shapes[in_root])
                return marks[i].name;
        }
        return {};
    }
    void add_input(std::size_t v) {
        const std::string_view mark = mark_at(v);
        names_[v] = graph_.new_name(mark.empty() ? std::string{"input"} : std::string{mark});
        is_named_.insert(names_[v]);
        input_names_.insert(names_[v]);
        graph_.add_input(names_[v], onnx_shape(Net::table.shapes[v]));
    }
    /// After a mark, unless it has a name of its own already: what does nothing in inference hands its input on.
    void name_value(std::size_t v, const std::string& mark) {
        if (!is_named_.contains(names_[v])) is_named_.insert(rename(v, mark));
    }
    /// Gives a value this name, or it with a number behind; also where layers that do nothing in inference handed it on.
    std::string rename(std::size_t v, const std::string& wanted) {
        const std::string before = names_[v], name = graph_.new_name(wanted);
        graph_.rename(before, name);
        std::replace(names_.begin(), names_.end(), before, name);
        return name;
    }

    template <class Layer, extents In>
    void give_parameters(onnx_layer& l, std::size_t i) const {
        const std::size_t in_root = origin<Net>::first + i;
        if constexpr (!join<Layer>)
            l.own(place(Layer::parameters(In), in_root, weights_ + Net::table.parameter_offset[i]));
        if constexpr (tied_layer<Layer>) {
            const std::size_t owner = root::topology.owner[in_root];
            auto tied =
                place(kinds_of<typename root::layers>::values[owner]->parameters(root::table.given[owner]),
                      owner, weights_ + find_tie<Net>(i).weights);
            // A layer of shared<...> has none of its own: it runs on these.
            if (Layer::parameters(In).size == 0) l.own(tied);
            l.tied(std::move(tied));
        }
    }
    [[nodiscard]] std::vector<onnx_parameter> place(const parameter_list& list, std::size_t in_root,
                                                    const Real* at) const {
        std::vector<onnx_parameter> placed;
        for (std::size_t k = 0; k < list.size; ++k) {
            onnx_parameter p{parameter_names_[in_root][k], list.items[k]};
            if constexpr (std::is_same_v<Real, float>)
                p.floats = at;
            else
                p.doubles = at;
            placed.push_back(p);
            at += list.items[k].floats();
        }
        return placed;
    }

    onnx_graph& graph_;
    const Real* weights_;
    std::array<std::string, Net::topology.values> names_; ///< in the graph, of each value
    std::array<std::vector<std::string>, root::layer_count> parameter_names_;
    std::set<std::string> is_named_, input_names_, output_names_;
};

/// The first entry that has no form; layer_count if all have.
template <class Net>
inline constexpr std::size_t without_onnx_form = []<class... Layers>(type_list<Layers...>) {
    const bool known[]{(is_input<Layers> || Layers::traits.output == storage::view ||
                        says_its_onnx_form<Layers> || has_onnx_form<Layers>)...};
    std::size_t i = 0;
    while (i < sizeof...(Layers) && known[i]) ++i;
    return i;
}(typename Net::layers{});

/// Names the message if a layer has none, else messages::none.
template <class Net>
consteval auto diagnose_onnx() {
    constexpr std::size_t unknown = without_onnx_form<Net>;
    if constexpr (unknown < Net::layer_count)
        return std::type_identity<messages::layer_has_no_onnx_form<
            messages::layer_number<unknown + 1>, element_t<unknown, typename Net::layers>>>{};
    else
        return std::type_identity<messages::none>{};
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
