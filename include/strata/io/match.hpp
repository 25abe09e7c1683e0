// Which tensor of a file holds which parameter of a network.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/convention.hpp"
#include "strata/io/load_report.hpp"
#include "strata/io/parameter_names.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/weight_layout.hpp"
#include "strata/model/model.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

inline constexpr std::string_view scaler_prefix = "scaler.";

/// What a file is to have for a parameter.
struct expected_tensor {
    std::string name;
    tensor_layout layout;
    std::string at; ///< "layer 3 (dense 10)"
};

/// A parameter's layer by its number, and its name there.
struct parameter_key {
    std::string layer, name;
};

inline std::string join_key(const convention& how, const parameter_key& key) {
    return std::string{how.prefix}.append(key.layer).append(1, '.').append(key.name);
}

/// "12" of "12.weight" behind the prefix, if that is a number.
inline std::string_view number_of_layer(std::string_view name, const convention& how) {
    if (!name.starts_with(how.prefix)) return {};
    name.remove_prefix(how.prefix.size());
    const std::string_view number = name.substr(0, name.find('.'));
    const bool is_number =
        !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
    return is_number && number.size() < name.size() ? number : std::string_view{};
}

/// What a file calls layers that are numbered so, by their numbers: its table's names, or its own numbers, in their order,
/// where it has as many layers with parameters.
[[gnu::cold, gnu::noinline]] inline std::map<std::string, std::string>
names_of_layers(const safetensors& file, const convention& how, const std::vector<parameter_key>& keys) {
    std::map<std::string, std::string> names(how.layers.begin(), how.layers.end());
    if (!names.empty()) return names;
    const auto shorter_first = [](std::string_view a, std::string_view b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    };
    std::set<std::string_view, decltype(shorter_first)> ours{shorter_first}, theirs{shorter_first};
    for (const parameter_key& key : keys) ours.insert(key.layer);
    for (const named_tensor& tensor : file.tensors())
        if (const std::string_view number = number_of_layer(tensor.name, how); !number.empty())
            theirs.insert(number);
    if (ours.size() == theirs.size())
        for (auto our = ours.begin(), their = theirs.begin(); our != ours.end(); ++our, ++their)
            names.emplace(*our, *their);
    return names;
}

/// Whether files of a convention are to have the names of parameter_names.
inline bool has_own_names(const convention& how) {
    return how.layout == weight_layout::strata && how.layers.empty();
}
template <any_network Part>
std::vector<std::string> own_names(const convention& how) {
    std::vector<std::string> names = parameter_names<Part>();
    for (std::string& name : names) name.insert(0, how.prefix);
    return names;
}

/// The numbers of parameters' layers, and their names in files of a convention.
template <any_network Part>
std::vector<parameter_key> keys_of(const convention& how) {
    const std::vector<std::string> numbers = number_entries(entries_of_names<Part>);
    std::vector<parameter_key> keys;
    bool of_norm = false;
    std::size_t layer = 0;
    for (const placed_parameter& p : parameters_of<Part>) {
        if (p.layer_number != layer) of_norm = false; // a tied_dense has a bias and no weight
        layer = p.layer_number;
        if (p.what.name == "weight") of_norm = p.what.fan_in == 0 && p.what.start == 1.0f;
        keys.push_back({numbers[p.layer_number - 1],
                        std::string{name_in_layout(how.layout, p.what.name, p.what.fan_in != 0, of_norm)}});
    }
    return keys;
}

/// These with the file's names for layers.
[[gnu::cold, gnu::noinline]] inline std::vector<std::string>
plain_names(const convention& how, std::vector<parameter_key> keys,
            const std::map<std::string, std::string>& layers) {
    std::vector<std::string> names;
    for (parameter_key& key : keys) {
        if (const auto known = layers.find(key.layer); known != layers.end()) key.layer = known->second;
        names.push_back(join_key(how, key));
    }
    return names;
}

/// What a file that is written calls a network's parameters.
template <any_network Part>
std::vector<std::string> names_for_file(const convention& how) {
    if (has_own_names(how)) return own_names<Part>(how);
    return plain_names(how, keys_of<Part>(how), {how.layers.begin(), how.layers.end()});
}

/// Takes what Keras calls the kernel of a DepthwiseConv2D, if the file has that: depthwise_kernel, in Keras 3 kernel.
[[gnu::cold, gnu::noinline]] inline void take_depthwise(const safetensors& file, expected_tensor& one,
                                                        std::vector<std::size_t> shape) {
    if (shape.empty()) return;
    constexpr std::string_view keras_name = "kernel";
    std::string name = one.name;
    name.insert(name.size() - keras_name.size(), "depthwise_");
    const named_tensor* found = file.find(one.name);
    if (file.find(name) != nullptr)
        one.name = std::move(name);
    else if (found == nullptr || found->shape != shape)
        return;
    one.layout.shape = std::move(shape);
}

/// What a file is to have for a network's parameters, in their order.
template <any_network Part>
std::vector<expected_tensor> expect(const safetensors& file, const convention& how) {
    const auto& parameters = parameters_of<Part>;
    std::vector<std::string> names;
    if (has_own_names(how)) names = own_names<Part>(how);
    const std::vector<parameter_key> keys = keys_of<Part>(how);
    std::vector<std::string> plain = plain_names(how, keys, names_of_layers(file, how, keys));
    const auto count_found = [&file](const std::vector<std::string>& wanted) {
        return std::count_if(wanted.begin(), wanted.end(),
                             [&](const std::string& name) { return file.find(name) != nullptr; });
    };
    if (names.empty() || count_found(plain) > count_found(names)) names = std::move(plain);
    std::vector<expected_tensor> expected;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::size_t layer = parameters[k].layer_number;
        expected.push_back({std::move(names[k]), layout_of<Part>(k, how.layout),
                            text_of({"layer ", layer, " (", describe_layer<Part>(layer - 1), ")"})});
        if (how.layout == weight_layout::keras)
            take_depthwise(file, expected.back(), depthwise_shape<Part>(k));
    }
    return expected;
}

/// "288 x 32"
[[gnu::cold, gnu::noinline]] inline std::string text_of_shape(const std::vector<std::size_t>& shape) {
    if (shape.empty()) return "a single number";
    std::string text;
    for (const std::size_t size : shape) text.append(text_of({text.empty() ? "" : " x ", size}));
    return text;
}

/// What a shape that does not fit most likely is.
[[gnu::cold, gnu::noinline]] inline std::string
likely_cause(std::vector<std::size_t> file, std::vector<std::size_t> here, const convention& how) {
    std::sort(file.begin(), file.end());
    std::sort(here.begin(), here.end());
    if (file != here) return {};
    return how.layout == weight_layout::pytorch ? ": is it no file of PyTorch's?" : ": PyTorch's layout?";
}

/// The tensors of a file that hold what is expected, null where none fits, and what does not fit in the report.
[[gnu::cold, gnu::noinline]] inline std::vector<const named_tensor*>
match(const safetensors& file, const std::vector<expected_tensor>& expected, const convention& how,
      load_report& report) {
    std::vector<const named_tensor*> matched;
    std::set<std::string_view> wanted;
    for (const expected_tensor& one : expected) {
        wanted.insert(one.name);
        matched.push_back(nullptr);
        const named_tensor* found = file.find(one.name);
        const std::string shape = text_of_shape(one.layout.shape);
        if (found == nullptr)
            report.missing.push_back({one.name, text_of({shape, ", ", one.at})});
        else if (!has_values(found->type))
            report.other_shapes.push_back(
                {one.name, text_of({"elements of type ", found->type, ", which are no weights, ", one.at})});
        else if (found->shape != one.layout.shape)
            report.other_shapes.push_back(
                {one.name, text_of({text_of_shape(found->shape), " in the file, ", shape, " here, ", one.at,
                                    likely_cause(found->shape, one.layout.shape, how)})});
        else
            matched.back() = found;
    }
    report.applied = expected.size() - report.missing.size() - report.other_shapes.size();
    for (const named_tensor& tensor : file.tensors()) {
        const std::string_view name = tensor.name;
        const bool others = !name.starts_with(how.prefix) || name.starts_with(scaler_prefix) ||
                            (how.layout == weight_layout::pytorch && name.ends_with(".num_batches_tracked"));
        if (!others && !wanted.contains(name))
            report.unexpected.push_back({tensor.name, text_of_elements(tensor.type, tensor.shape)});
    }
    return matched;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
