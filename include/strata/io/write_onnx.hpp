// A network as an ONNX file, for other programs to run.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/slice.hpp"
#include "strata/graph/walk.hpp"
#include "strata/io/file.hpp"
#include "strata/io/onnx_entries.hpp"
#include "strata/io/onnx_graph.hpp"
#include "strata/io/parameter_names.hpp"
#include "strata/model/forward.hpp"
#include "strata/model/model.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET {

/// Writes a model, or its slice Part, as an ONNX file that computes what predict does: write_onnx("digits.onnx", net), or
/// write_onnx<decoder>(path, net). For inference: dropout and noise do nothing, batch_norm uses its running statistics. Any
/// number of samples goes in: the first axis of inputs and outputs is free. Images are channels first, as others expect
/// them in such files: N x channels x height x width; what has another rank keeps its axes behind N. Within, a flattened
/// image has Strata's order, channels last. Inputs and outputs are called after marks, else "input" and "output" ("input_2"
/// and so on where there are several); parameters as in parameter_names. ONNX's operator set 13, floats, of a model of
/// doubles doubles. Every layer and join of Strata's is known; a layer of a program's own says its form by a member to_onnx
/// (see onnx_layer), and is refused while compiling where it has none.
///
/// Throws std::invalid_argument if the model was moved from, std::length_error if the file had 2 GiB or more, and
/// std::runtime_error if it cannot be written; what was at `path` is still there then.
template <class Part = void, any_network Net, class Real>
void write_onnx(const std::string& path, const model<Net, Real>& net) {
    using part = detail::part_or_all<Part, Net>;
    static_assert(sizeof(detail::part_error<part, Net>) > 0);
    using error = typename decltype(detail::diagnose_onnx<part>())::type;
    static_assert(sizeof(error) > 0); // instantiates the message
    if constexpr (std::is_same_v<error, messages::none>) {
        detail::onnx_graph graph{!std::is_same_v<Real, float>};
        detail::onnx_entries<part, Real> entries{graph, detail::weights_of<part>(net)};
        walk_forward<part>(entries);
        entries.add_outputs();
        const std::string file = graph.bytes();
        const std::span<const std::byte> pieces[]{std::as_bytes(std::span{file.data(), file.size()})};
        detail::write_file(path, pieces);
    }
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
