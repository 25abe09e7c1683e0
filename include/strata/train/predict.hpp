// Inference on any number of samples, with a const model that threads may share.
#pragma once

#include "strata/train/checks.hpp"
#include "strata/train/forward.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace strata {

/// A sample's shape as a type, so that the return type of predict can depend on it.
template <extents Sample>
struct sample_shape {};

/// What predict returns for samples that are not xtensors: the outputs one after the other.
template <class X, extents Sample>
std::vector<float> make_prediction(const X&, std::size_t rows, sample_shape<Sample>) {
    return std::vector<float>(rows * Sample.count());
}

namespace detail {

template <class Arch, class Net, class Work>
void predict_rows(const model<Net>& net, Work& work, const rows_view& samples, float* out) {
    using part = typename Work::network;
    for (std::size_t done = 0; done < samples.rows; done += Work::capacity) {
        const std::size_t now = std::min(Work::capacity, samples.rows - done);
        work.load(samples.part(done, now));
        run_forward<Arch, false>(detail::weights_of<part>(net), work); // no noise, whatever the workspace
        const rows_view y = work.output();
        for (std::size_t r = 0; r < now; ++r)
            std::copy_n(y[r].data(), y.width, out + (done + r) * part::output.count());
    }
}

} // namespace detail

/// Runs the workspace's network on any number of samples and writes the outputs to `out`, one after the
/// other. Allocates nothing. Throws std::invalid_argument if `out` has not exactly the outputs' size.
template <class Arch = arch, any_network Net, class Part, class Batch, class Purpose, class X>
void predict(const model<Net>& net, workspace<Part, Batch, Purpose>& work, const X& x, std::span<float> out) {
    const auto& seen = as_rows(x, Part::input);
    const rows_view samples = seen;
    if (out.size() != samples.rows * Part::output.count())
        throw std::invalid_argument{"strata: " + std::to_string(samples.rows) + " outputs of " +
                                    to_string(Part::output) + " do not fit a span of " +
                                    std::to_string(out.size()) + " floats exactly"};
    detail::predict_rows<Arch>(net, work, samples, out.data());
}

/// Runs a network, or the slice Part of it, on any number of samples, none included: predict(net, x),
/// predict<encoder>(net, x). Returns a std::vector<float> for spans and rows, an xt::xtensor for xtensors
/// (rows first). A row's result does not depend on the rows beside it. Allocates the result and the memory to
/// work in.
template <class Part = void, class Arch = arch, any_network Net, class X>
auto predict(const model<Net>& net, const X& x) {
    using part = std::conditional_t<std::is_void_v<Part>, Net, Part>;
    const auto& seen = as_rows(x, part::input);
    const rows_view samples = seen;
    auto out = make_prediction(x, samples.rows, sample_shape<part::output>{});
    if (samples.rows == 1) {
        workspace<part, batch<1>, inference> work;
        detail::predict_rows<Arch>(net, work, samples, out.data());
    } else if (samples.rows > 1) {
        workspace<part, batch<32>, inference> work;
        detail::predict_rows<Arch>(net, work, samples, out.data());
    }
    return out;
}

namespace detail {

template <class Part, class Arch, class Net, class Loss>
float evaluate_rows(const model<Net>& net, const Loss& loss, const rows_view& samples,
                    const rows_view& targets) {
    constexpr std::size_t at_once = 32;
    workspace<Part, batch<at_once>, inference> work;
    arena wanted{at_once * row_stride(Part::output.count())};
    double sum = 0;
    for (std::size_t done = 0; done < samples.rows; done += at_once) {
        const std::size_t now = std::min(at_once, samples.rows - done);
        forward<Arch>(net, work, samples.part(done, now));
        const padded_rows<float> to{wanted.data(), now, Part::output.count()};
        copy_rows(targets.part(done, now), to);
        sum += static_cast<double>(loss.template differentiate<Arch>(work.output(), to)) *
               static_cast<double>(now);
    }
    return static_cast<float>(sum / static_cast<double>(samples.rows));
}

} // namespace detail

/// The loss over any number of samples, at least one, without gradients. Throws std::invalid_argument if
/// shapes or counts do not fit, or if targets are outside of what the loss takes (see losses/targets.hpp).
template <class Part = void, class Arch = arch, any_network Net, class Loss, class X, class Target>
float evaluate(const model<Net>& net, const Loss& loss, const X& x, const Target& target) {
    using part = std::conditional_t<std::is_void_v<Part>, Net, Part>;
    const auto& seen_x = as_rows(x, part::input);
    const auto& seen_y = as_rows(target, part::output);
    const rows_view samples = seen_x;
    const rows_view targets = seen_y;
    detail::require_rows(samples, targets, "evaluate");
    detail::require_targets<Loss, Arch>(targets);
    return detail::evaluate_rows<part, Arch>(net, loss, samples, targets);
}

} // namespace strata
