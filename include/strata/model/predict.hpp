// Inference on any number of samples, with a const model that threads may share.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/model/forward.hpp"
#include "strata/tensor/float_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// What predict returns for samples that are not xtensors: the outputs one after the other.
template <class Real, class X, extents Sample>
std::vector<Real> make_prediction(const X&, std::size_t rows, sample_shape<Sample>) {
    return std::vector<Real>(count_of_floats(rows, Sample.count()));
}

/// For float_rows, which know their shape, they do so again.
template <std::same_as<float> Real, extents Sample>
float_rows make_prediction(const float_rows&, std::size_t rows, sample_shape<Sample>) {
    return {rows, Sample};
}

namespace detail {

template <class Arch, class Model, class Work>
void predict_rows(const Model& net, Work& work, const rows_of<Arch>& samples, real_of<Arch>* out) {
    using part = typename Work::network;
    for (std::size_t done = 0; done < samples.rows; done += Work::capacity) {
        const std::size_t now = std::min(Work::capacity, samples.rows - done);
        work.load(samples.part(done, now));
        run_forward<Arch, false>(detail::weights_of<part>(net), work); // no noise, whatever the workspace
        const rows_of<Arch> y = work.output();
        for (std::size_t r = 0; r < now; ++r)
            std::copy_n(y[r].data(), y.width, out + (done + r) * part::output.count());
    }
}

} // namespace detail

namespace detail {

/// Whether outputs may be written over their samples, which are read batch by batch: no output reaches a
/// sample after its own.
template <class Real>
bool writes_behind_reads(const basic_rows_view<Real>& samples, std::span<const Real> out, std::size_t width) {
    return samples.order == nullptr && width <= samples.stride && !before(samples.data, out.data());
}

/// Throws std::invalid_argument if outputs would overwrite what the pass still reads.
template <class Part, class Net, class Real, class Work>
void check_overlap(const model<Net, Real>& net, const Work& work, const basic_rows_view<Real>& samples,
                   std::span<const Real> out) {
    const bool behind = writes_behind_reads(samples, out, Part::output.count());
    const char* const in = overlaps(net.storage(), out)        ? "the model's weights"
                           : work.overlaps(out)                ? "the workspace's memory"
                           : !behind && overlaps(samples, out) ? "samples that are read after it is written"
                                                               : nullptr;
    if (in != nullptr)
        detail::raise<std::invalid_argument>(
            {"the span for the outputs lies in ", in, ": give it memory of its own"});
    if (samples.rows <= Work::capacity) return;
    for (std::size_t r = 0; r < samples.rows; ++r)
        if (work.overlaps(samples[r]))
            detail::raise<std::invalid_argument>(
                {"these ", samples.rows, " samples lie in the workspace's own memory, which has room for ",
                 Work::capacity, ": copy them first"});
}

} // namespace detail

/// Runs the workspace's network on any number of samples and writes the outputs to `out`, one after the
/// other. `out` may begin where the samples do if no output is wider than the way from one sample to the
/// next: that overwrites them. Allocates nothing. Throws std::invalid_argument if `out` has not exactly the
/// outputs' size, or overlaps the samples in any other way, the weights, or the workspace's memory.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Purpose, class X>
void predict(const model<Net, Real>& net, workspace<Part, Batch, Purpose, Real>& work, const X& x,
             std::span<std::type_identity_t<Real>> out) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    const auto seen = detail::see_rows<Real>(x, Part::input);
    const basic_rows_view<Real> samples = seen;
    if (out.size() != count_of_floats(samples.rows, Part::output.count()))
        detail::raise<std::invalid_argument>({samples.rows, " outputs of ", Part::output,
                                              " do not fit a span of ", out.size(), " floats exactly"});
    detail::check_overlap<Part>(net, work, samples, std::span<const Real>{out});
    detail::predict_rows<machine_of<Arch, Real>>(net, work, samples, out.data());
}

/// Runs a network, or the slice Part of it, on any number of samples, none included: predict(net, x),
/// predict<encoder>(net, x). Returns a std::vector of the model's numbers for spans and rows, float_rows for float_rows, an
/// xt::xtensor for xtensors (rows first). A row's result does not depend on the rows beside it. Allocates the
/// result and the memory to work in.
template <class Part = void, class Arch = arch, any_network Net, class Real, class X>
auto predict(const model<Net, Real>& net, const X& x) {
    using part = std::conditional_t<std::is_void_v<Part>, Net, Part>;
    static_assert(sizeof(detail::part_error<part, Net>) > 0);
    const auto seen = detail::see_rows<Real>(x, part::input);
    const basic_rows_view<Real> samples = seen;
    auto out = make_prediction<Real>(x, samples.rows, sample_shape<part::output>{});
    if (samples.rows == 1) {
        workspace<part, batch<1>, inference, Real> work;
        detail::predict_rows<machine_of<Arch, Real>>(net, work, samples, out.data());
    } else if (samples.rows > 1) {
        workspace<part, batch<32>, inference, Real> work;
        detail::predict_rows<machine_of<Arch, Real>>(net, work, samples, out.data());
    }
    return out;
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
