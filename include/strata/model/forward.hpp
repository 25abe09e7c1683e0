// The forward pass: samples in, the last layer's output in the workspace.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/walk.hpp"
#include "strata/kernels/vectors.hpp"
#include "strata/model/misordered.hpp"
#include "strata/model/model.hpp"
#include "strata/model/samples.hpp"
#include "strata/model/workspace.hpp"

#include <array>
#include <cstddef>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Where nobody looks at what a layer has written.
struct no_visitor {
    template <class Real>
    void operator()(std::size_t, const padded_rows<Real>&) const {}
};

/// How a layer runs forwards.
struct forward_flags {
    bool runs = false;     ///< unless it computes nothing, or the kernel of the layer before it does
    bool has_relu = false; ///< the layer's kernel does the relu behind it
};

template <class Work>
struct forward_flags_of {
    static constexpr auto of = [] {
        using part = typename Work::network;
        std::array<forward_flags, part::layer_count> flags{};
        for (std::size_t i = 0; i < part::layer_count; ++i)
            flags[i] = {.runs = part::table.needed[part::topology.written(i)] &&
                                !part::topology.operands_of(i).empty() &&
                                kinds_of<typename part::layers>::values[i]->traits.output != storage::view &&
                                !Work::plan.fused[i],
                        .has_relu = Work::plan.fused[i + 1]};
        return flags;
    }();
};

/// The operands of a join, which lie in the workspace.
template <class Work, std::size_t Count>
std::array<padded_rows<const typename Work::real>, Count> operands_in(Work& work, std::size_t entry) {
    using part = typename Work::network;
    std::array<padded_rows<const typename Work::real>, Count> operands;
    for (std::size_t k = 0; k < Count; ++k)
        operands[k] = work.activation(part::topology.operands_of(entry)[k]);
    return operands;
}

/// Runs all layers on the rows that are in the workspace. Calls visit(number of the layer, output) after each that
/// computes something; a relu that the kernel of the layer before it applies is part of that layer.
template <class Arch, bool Train, class Work, class Visit = no_visitor>
void run_forward(const real_of<Arch>* weights, Work& work, const Visit& visit = {}) {
    using part = typename Work::network;
    if constexpr (Train) work.begin_pass();
    walk_forward<part, forward_flags_of<Work>>([&]<class Kind>(Kind, std::size_t i) {
        using layer = typename Kind::layer;
        if constexpr (Kind::flags.runs && join<layer>) {
            const auto operands = operands_in<Work, layer::operands.size()>(work, i);
            const padded_rows<real_of<Arch>> y = work.activation(part::topology.written(i));
            layer::template forward<Arch, Kind::input>(join_forward<Arch>{operands, y});
            clear_padding(y);
            visit(i, y);
        } else if constexpr (Kind::flags.runs) {
            forward_pass<Arch> pass{.x = work.activation(part::table.source[i], Kind::input.count()),
                                    .parameters = weights + part::table.parameter_offset[i],
                                    .y = work.activation(part::topology.written(i), Kind::output.count()),
                                    .scratch = work.forward_scratch(i)};
            if constexpr (Kind::flags.has_relu) pass.relu = true;
            if constexpr (Train && !layer::traits.frozen) {
                pass.training = true;
                pass.noise = work.noise(i);
                pass.saved = work.saved(i);
            }
            if constexpr (tied_layer<layer>) {
                pass.tied = weights + find_tie<part>(i).weights;
            }
            layer::template forward<Arch, Kind::input>(pass);
            clear_padding(pass.y);
            visit(i, pass.y);
        }
    });
    if constexpr (Train) work.note_forward();
}

template <class Part, class Net, class Real>
const Real* weights_of(const model<Net, Real>& net) {
    check_not_moved(net);
    return net.storage().data() + parameter_offset<Part, Net>();
}

} // namespace detail

namespace detail {

/// A network's outputs in a workspace: rows, of several an array of these.
template <class Work>
auto outputs_in(Work& work) {
    constexpr std::size_t count = Work::network::outputs.size();
    using rows = basic_rows_view<typename Work::real>;
    if constexpr (count == 1) {
        return static_cast<rows>(work.output());
    } else {
        std::array<rows, count> all;
        for (std::size_t k = 0; k < count; ++k) all[k] = work.output(k);
        return all;
    }
}

} // namespace detail

/// Runs the workspace's network (the model's own, or a slice of it) on samples: a span, rows, or with
/// xtensor.hpp an xtensor; of several inputs a tuple of these, in the list's order. A workspace for training runs it as in
/// training, with dropout and noise, ready for backward(); one for inference without. Returns its output as rows, one a
/// sample, of several a std::array of these; it stays valid until the workspace is used again. Throws
/// std::invalid_argument if the samples have another shape, or if there are not as many of each input, std::length_error
/// if they are too many.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Purpose, class X>
auto forward(const model<Net, Real>& net, workspace<Part, Batch, Purpose, Real>& work, const X& x) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    const auto& seen = detail::see_samples<Part, Real>(x);
    work.load(detail::view_of(seen));
    detail::run_forward<machine_of<Arch, Real>, std::is_same_v<Purpose, training>>(
        detail::weights_of<Part>(net), work);
    return detail::outputs_in(work);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
