// A model's weights to and from files.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/data/standard_scaler.hpp"
#include "strata/graph/slice.hpp"
#include "strata/io/convention.hpp"
#include "strata/io/load_report.hpp"
#include "strata/io/match.hpp"
#include "strata/io/parameter_block.hpp"
#include "strata/io/parameter_names.hpp"
#include "strata/io/safetensors.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/model/forward.hpp"
#include "strata/model/model.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

template <class Part, class Net, class Real>
safetensors_writer collect_weights(const model<Net, Real>& net, const convention& how) {
    static_assert(sizeof(part_error<Part, Net>) > 0);
    const Real* weights = detail::weights_of<Part>(net);
    safetensors_writer writer;
    if (how.layout == weight_layout::strata)
        writer.metadata(std::string{fingerprint_key}, fingerprint<Part>());
    add_block<Part>(writer, how, weights);
    return writer;
}

inline void add_scaler(safetensors_writer& writer, const standard_scaler& scaler) {
    writer.add(std::string{scaler_prefix}.append("means"), {scaler.means().size()}, scaler.means());
    writer.add(std::string{scaler_prefix}.append("deviations"), {scaler.deviations().size()},
               scaler.deviations());
}

} // namespace detail

/// Writes a model's weights, or those of the slice Part: save("digits.safetensors", net), save<decoder>(path, net). One
/// tensor a parameter under the names of parameter_names, in row-major order of its logical shape: F32, of a model of doubles
/// F64. Running statistics are among them. With a convention, save(path, net, pytorch), names are numbers counted from Part's
/// first layer, or those of its table, and layouts the other program's. What is at `path` is whole, or what it was: see
/// safetensors_writer. Throws std::runtime_error if it cannot be written, std::invalid_argument if the model was moved from,
/// or if two parameters have one name.
template <class Part = void, any_network Net, class Real>
void save(const std::string& path, const model<Net, Real>& net, const convention& how = {}) {
    detail::collect_weights<detail::part_or_all<Part, Net>>(net, how).write(path);
}
/// The same with what standardises the model's samples: load_scaler finds it there.
template <class Part = void, any_network Net, class Real>
void save(const std::string& path, const model<Net, Real>& net, const standard_scaler& scaler,
          const convention& how = {}) {
    safetensors_writer writer = detail::collect_weights<detail::part_or_all<Part, Net>>(net, how);
    detail::add_scaler(writer, scaler);
    writer.write(path);
}
/// The bytes of such a file.
template <class Part = void, any_network Net, class Real>
[[nodiscard]] std::vector<std::byte> save(const model<Net, Real>& net, const convention& how = {}) {
    return detail::collect_weights<detail::part_or_all<Part, Net>>(net, how).bytes();
}

namespace detail {

template <class Part, class Net, class Real>
load_report load_weights(const safetensors& file, std::string_view source, model<Net, Real>& net,
                         const convention& how, bool all) {
    static_assert(sizeof(part_error<Part, Net>) > 0);
    detail::check_not_moved(net);
    const std::vector<expected_tensor> expected = expect<Part>(file, how);
    const auto known = file.metadata().find(std::string{fingerprint_key});
    load_report report;
    report.of_another_network = known != file.metadata().end() && known->second != fingerprint<Part>();
    const std::vector<const named_tensor*> found = match(file, expected, how, report);
    if (all && !report.complete())
        raise_with<load_error>(text_of({source, " does not fit this network: ", report}), report);
    Real* weights = net.storage().data() + parameter_offset<Part, Net>();
    std::vector<Real> values;
    for (std::size_t k = 0; k < found.size(); ++k) {
        if (found[k] == nullptr) continue;
        const placed_parameter& p = parameters_of<Part>[k];
        values.resize(p.what.count());
        convert_elements(found[k]->type, found[k]->bytes.data(), std::span<Real>{values});
        place_tensor(p, expected[k].layout, values, weights);
    }
    return report;
}

} // namespace detail

/// Reads the weights of a model, or of its slice Part, from a file of any program: load("digits.safetensors", net), or
/// load("digits.safetensors", net, pytorch). Names and shapes decide: each parameter has a tensor of its name (see
/// parameter_names; or all of them plain numbers, as nn.Sequential has, counted from Part's first layer), and there are no
/// others but a scaler's. F16, BF16, F32 and F64 are taken, rounded to the model's numbers. Throws load_error, which carries
/// the report, unless all of that holds, and std::runtime_error if the file cannot be read or is no sound safetensors file;
/// nothing has changed then. Returns the report, which says whether the file was written for a network with other layers or
/// options.
///
/// Of PyTorch's files matrices and kernels are turned round, also those behind and in front of a flattened image, whose
/// channels come first there; running_var is unbiased in both, and num_batches_tracked is left out. That the network computes
/// the same (an epsilon, a padding, the order of layers) is up to its type.
template <class Part = void, any_network Net, class Real>
load_report load(const std::string& path, model<Net, Real>& net, const convention& how = {}) {
    return detail::load_weights<detail::part_or_all<Part, Net>>(safetensors{path}, path, net, how, true);
}
/// The same of a file in memory.
template <class Part = void, any_network Net, class Real>
load_report load(std::span<const std::byte> file, model<Net, Real>& net, const convention& how = {}) {
    return detail::load_weights<detail::part_or_all<Part, Net>>(safetensors::view(file), "the file in memory",
                                                                net, how, true);
}
/// Reads those parameters alone that fit, and reports the others.
template <class Part = void, any_network Net, class Real>
[[nodiscard]] load_report load_matching(const std::string& path, model<Net, Real>& net,
                                        const convention& how = {}) {
    return detail::load_weights<detail::part_or_all<Part, Net>>(safetensors{path}, path, net, how, false);
}
template <class Part = void, any_network Net, class Real>
[[nodiscard]] load_report load_matching(std::span<const std::byte> file, model<Net, Real>& net,
                                        const convention& how = {}) {
    return detail::load_weights<detail::part_or_all<Part, Net>>(safetensors::view(file), "the file in memory",
                                                                net, how, false);
}

/// The scaler that save wrote beside a model's weights. Throws std::runtime_error if there is none, or no sound one.
[[nodiscard]] inline standard_scaler load_scaler(const std::string& path) {
    const safetensors file{path};
    return {file.values<double>(std::string{detail::scaler_prefix}.append("means")),
            file.values<double>(std::string{detail::scaler_prefix}.append("deviations"))};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
