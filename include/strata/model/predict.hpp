// Inference on any number of samples, with a const model that threads may share.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/operand_messages.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/forward.hpp"
#include "strata/model/samples.hpp"
#include "strata/tensor/float_rows.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
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

/// Where outputs are written: the first float of each output's rows, which lie one after the other.
template <class Net, class Real>
using output_places = std::array<Real*, Net::outputs.size()>;

template <class Arch, class Model, class Work, class Samples>
void predict_rows(const Model& net, Work& work, const Samples& samples,
                  const output_places<typename Work::network, real_of<Arch>>& out) {
    using part = typename Work::network;
    for (std::size_t done = 0; done < samples.rows; done += Work::capacity) {
        const std::size_t now = std::min(Work::capacity, samples.rows - done);
        work.load(samples.part(done, now));
        run_forward<Arch, false>(detail::weights_of<part>(net), work); // no noise, whatever the workspace
        for (std::size_t k = 0; k < out.size(); ++k) {
            const rows_of<Arch> y = work.output(k);
            for (std::size_t r = 0; r < now; ++r)
                std::copy_n(y[r].data(), y.width, out[k] + (done + r) * y.width);
        }
    }
}

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
    constexpr bool one = Part::inputs.size() == 1 && Part::outputs.size() == 1;
    const bool behind = one && writes_behind_reads(samples, out, Part::output.count());
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

/// A span for the outputs of a network, of several an array of spans.
template <class Net, class Real>
using spans_for_outputs = std::conditional_t<Net::outputs.size() == 1, std::span<Real>,
                                             std::array<std::span<Real>, Net::outputs.size()>>;

/// Throws std::invalid_argument unless a span has room for exactly these outputs.
template <class Real>
void check_size(std::span<Real> out, std::size_t rows, const extents& sample) {
    if (out.size() != count_of_floats(rows, sample.count()))
        detail::raise<std::invalid_argument>(
            {rows, " outputs of ", sample, " do not fit a span of ", out.size(), " floats exactly"});
}

} // namespace detail

/// Runs the workspace's network on any number of samples and writes the outputs to `out`, one after the
/// other; of several outputs each to its span of an array. `out` may begin where the samples do if no output is wider than
/// the way from one sample to the next, and if there is one input and one output: that overwrites them. Allocates nothing.
/// Throws std::invalid_argument if `out` has not exactly the outputs' size, or overlaps the samples in any other way, the
/// weights, or the workspace's memory.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Purpose, class X>
void predict(const model<Net, Real>& net, workspace<Part, Batch, Purpose, Real>& work, const X& x,
             const std::type_identity_t<detail::spans_for_outputs<Part, Real>>& out) {
    static_assert(sizeof(detail::part_error<Part, Net>) > 0);
    const auto& seen = detail::see_samples<Part, Real>(x);
    const auto& samples = detail::view_of(seen);
    const std::array<std::span<Real>, Part::outputs.size()> spans{out};
    detail::output_places<Part, Real> places;
    for (std::size_t k = 0; k < spans.size(); ++k) {
        detail::check_size(spans[k], samples.rows, Part::outputs[k]);
        detail::for_each_part(samples, [&](auto, const basic_rows_view<Real>& rows) {
            detail::check_overlap<Part>(net, work, rows, std::span<const Real>{spans[k]});
        });
        for (std::size_t other = 0; other < k; ++other)
            if (detail::overlaps(spans[other], spans[k]))
                detail::raise<std::invalid_argument>(
                    "the spans for the outputs overlap: give each memory of its own");
        places[k] = spans[k].data();
    }
    detail::predict_rows<machine_of<Arch, Real>>(net, work, samples, places);
}

namespace messages {

template <class Net, class Outputs>
struct no_spans_for_these_outputs {
    static_assert(always_false<Net>, "strata: predict writes one output to a span of the model's numbers, "
                                     "and several to an array of spans, "
                                     "one each: predict(net, work, x, {digits, styles})");
};
} // namespace messages

/// Anything else in place of spans.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Purpose, class X,
          class Out>
requires(!std::is_convertible_v<Out&, detail::spans_for_outputs<Part, Real>>)
void predict(const model<Net, Real>&, workspace<Part, Batch, Purpose, Real>&, const X&, Out&&) {
    static_assert(
        sizeof(messages::no_spans_for_these_outputs<Part, messages::outputs<Part::outputs.size()>>) > 0);
}

namespace detail {

/// Predictions of a network for samples like these.
template <class Part, class Real, class X, class Samples, std::size_t... K>
auto make_predictions(const X& x, const Samples& samples, std::index_sequence<K...>) {
    if constexpr (sizeof...(K) == 1)
        return make_prediction<Real>(part_at<0>(x), samples.rows, sample_shape<Part::output>{});
    else
        return std::tuple{
            make_prediction<Real>(part_at<0>(x), samples.rows, sample_shape<Part::outputs[K]>{})...};
}

template <class Part, class Arch, class Net, class Real, class X>
auto predict_part(const model<Net, Real>& net, const X& x) {
    static_assert(sizeof(part_error<Part, Net>) > 0);
    const auto& seen = see_samples<Part, Real>(x);
    const auto& samples = view_of(seen);
    auto out = make_predictions<Part, Real>(x, samples, std::make_index_sequence<Part::outputs.size()>{});
    output_places<Part, Real> places;
    for_each_part(out, [&](auto k, auto& values) { places[k] = values.data(); });
    if (samples.rows == 1) {
        workspace<Part, batch<1>, inference, Real> work;
        predict_rows<machine_of<Arch, Real>>(net, work, samples, places);
    } else if (samples.rows > 1) {
        workspace<Part, batch<32>, inference, Real> work;
        predict_rows<machine_of<Arch, Real>>(net, work, samples, places);
    }
    return out;
}

} // namespace detail

/// Runs a network, or the slice Part of it, on any number of samples, none included: predict(net, x),
/// predict<encoder>(net, x). Returns a std::vector of the model's numbers for spans and rows, float_rows for float_rows, an
/// xt::xtensor for xtensors (rows first); of several outputs a std::tuple of these, in the list's order. A network of
/// several inputs takes a tuple of samples, whose first says which of these kinds it is. A row's result does not depend on the rows beside it. Allocates the
/// result and the memory to work in.
template <class Part = void, class Arch = arch, any_network Net, class Real, class X>
auto predict(const model<Net, Real>& net, const X& x) {
    using part = std::conditional_t<std::is_void_v<Part>, Net, Part>;
    return detail::predict_part<part, Arch>(net, x);
}

/// The value at a mark, one of several outputs for instance: predict<"digit">(net, x) is predict<until<Net, "digit">>(net,
/// x), which computes nothing else and takes the inputs alone on which that value depends.
template <fixed_string Mark, class Arch = arch, any_network Net, class Real, class X>
auto predict(const model<Net, Real>& net, const X& x) {
    using error = detail::error_of_until<Net, Mark>; // the way to the message is shorter than through until
    static_assert(sizeof(error) > 0);
    if constexpr (std::is_same_v<error, messages::none>)
        return detail::predict_part<until<Net, Mark>, Arch>(net, x);
    else
        return std::vector<Real>{};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
