// A penalty on how steep a critic is where it is asked: R1, which keeps a GAN's training stable.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/update_spans.hpp"
#include "strata/kernels/finite.hpp"
#include "strata/meta/raise.hpp"
#include "strata/train/backward.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata::inline STRATA_TARGET::messages {

template <class Number, class Layer>
struct gradient_penalty_through_a_kink {
    static_assert(always_false<Number>,
                  "strata: gradient_penalty differentiates a gradient, which is not possible through a layer "
                  "whose slope jumps: take a smooth one in place of relu, leaky_relu or max_pool2d, such as "
                  "tanh, elu, gelu or softplus, or a convolution with a stride");
};

template <class Number, class Layer>
struct gradient_penalty_through_mixed_samples {
    static_assert(always_false<Number>,
                  "strata: gradient_penalty moves each sample by itself, but this layer computes with all "
                  "samples of the batch: take layer_norm in place of batch_norm, or freeze it");
};

} // namespace strata::messages

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Names the message for the first layer that a gradient penalty cannot go through, messages::none if there is
/// none.
template <class... Layers>
consteval auto diagnose_slopes(type_list<Layers...>) {
    constexpr std::size_t count = sizeof...(Layers);
    constexpr std::array<layer_traits, count> traits{Layers::traits...};
    constexpr std::size_t first = [&] {
        std::size_t i = 0;
        while (i < count && traits[i].smooth && !traits[i].mixes_samples) ++i;
        return i;
    }();
    if constexpr (first == count)
        return std::type_identity<messages::none>{};
    else {
        using number = messages::layer_number<first + 1>;
        using layer = element_t<first, type_list<Layers...>>;
        if constexpr (traits[first].smooth)
            return std::type_identity<messages::gradient_penalty_through_mixed_samples<number, layer>>{};
        else
            return std::type_identity<messages::gradient_penalty_through_a_kink<number, layer>>{};
    }
}

} // namespace detail

/// Adds the gradient of weight / 2 * mean |slope|^2 to the weight gradients in a workspace, where the slope
/// is the gradient of the network's summed output by one sample. On real samples it is R1: Mescheder, Geiger
/// and Nowozin, "Which training methods for GANs do actually converge?", ICML 2018. The second derivative
/// that this takes comes from a central difference along the slope, so a call costs three forward and
/// backward passes; its relative error is about step^2. Networks with layers whose slope jumps (relu,
/// leaky_relu, max_pool2d) or that compute with the whole batch (batch_norm, unless frozen) do not compile.
/// Running statistics stay as they are. Owns the memory for up to Batch samples.
template <any_network Part, class Batch, real_number Real = float>
class gradient_penalty {
    static_assert(sizeof(typename decltype(detail::diagnose_slopes(typename Part::layers{}))::type) > 0);

public:
    /// Throws std::invalid_argument unless `weight` is at least 0 and `step` above 0, and both are finite.
    explicit gradient_penalty(float weight, float step = 1e-2f)
        : weight_{weight},
          step_{step},
          slopes_{multiply_sizes(Batch::rows, line)},
          moved_{multiply_sizes(Batch::rows, line)},
          output_gradient_{multiply_sizes(Batch::rows, row_stride(Part::output.count()))},
          running_{running_floats} {
        if (!(weight >= 0 && kernels::is_finite<arch>(weight) && step > 0 && kernels::is_finite<arch>(step)))
            detail::raise<std::invalid_argument>({"a gradient penalty has a weight of at least 0 and a step "
                                                  "above 0, both finite, not ",
                                                  weight, " and ", step});
    }

    /// Returns weight / 2 * mean |slope|^2. All passes draw the same noise. Allocates nothing. Throws
    /// std::invalid_argument if the penalty was moved from.
    template <class Arch = arch, any_network Net, class X>
    Real accumulate(const model<Net, Real>& net, workspace<Part, Batch, training, Real>& work, const X& x) {
        if constexpr (!Part::table.has_input_gradient)
            static_assert(sizeof(messages::input_gradient_behind_frozen_layers<Part>) > 0);
        if (slopes_.size() == 0)
            detail::raise<std::invalid_argument>(
                "this gradient penalty was moved from: it has no memory to run in");
        const auto seen = detail::see_rows<Real>(x, Part::input);
        const basic_rows_view<Real> samples = seen;
        save_running_gradients(work);
        const basic_rows_view<Real> slope = slope_at<Arch>(net, work, samples);
        const std::size_t rows = samples.rows;
        const padded_rows<Real> slopes{slopes_.data(), rows, Part::input.count()};
        copy_rows(slope, slopes);
        double sum = 0;
        const padded_rows<Real> out{output_gradient_.data(), rows, Part::output.count()};
        for (std::size_t r = 0; r < rows; ++r) {
            double square = 0;
            for (const Real value : slope[r])
                square += static_cast<double>(value) * static_cast<double>(value);
            sum += square;
            const auto length = static_cast<Real>(std::sqrt(square));
            for (std::size_t i = 0; i < slopes.width; ++i)
                slopes[r][i] *= length > 0 ? step_ / length : Real(0);
            std::fill_n(out[r], out.width, weight_ * length / (2 * step_ * static_cast<Real>(rows)));
        }
        move_and_add<Arch>(net, work, samples, slopes, 1, out);
        for (std::size_t i = 0; i < rows * out.stride; ++i) out.data[i] = -out.data[i];
        move_and_add<Arch>(net, work, samples, slopes, -1, out);
        restore_running_gradients(work);
        return rows == 0
                   ? Real(0)
                   : static_cast<Real>(0.5 * static_cast<double>(weight_) * sum / static_cast<double>(rows));
    }

private:
    static constexpr std::size_t line = row_stride(Part::input.count());
    static constexpr std::size_t running_floats = [] {
        std::size_t sum = 0;
        for (const update_span& span : update_spans<Part>)
            if (span.what_for == role::running) sum += span.floats;
        return sum;
    }();

    /// How far running statistics are to move, before the passes of the penalty: 0 if nothing is there yet.
    void save_running_gradients(workspace<Part, Batch, training, Real>& work) {
        Real* to = running_.data();
        for (const update_span& span : update_spans<Part>) {
            if (span.what_for != role::running) continue;
            if (work.gradients_empty())
                std::fill_n(to, span.floats, Real(0));
            else
                std::copy_n(work.parameter_gradients().data() + span.gradients, span.floats, to);
            to += span.floats;
        }
    }

    void restore_running_gradients(workspace<Part, Batch, training, Real>& work) const {
        const Real* at = running_.data();
        for (const update_span& span : update_spans<Part>) {
            if (span.what_for != role::running) continue;
            std::copy_n(at, span.floats, work.parameter_gradients().data() + span.gradients);
            at += span.floats;
        }
    }

    template <class Arch, class Net>
    static basic_rows_view<Real> slope_at(const model<Net, Real>& net,
                                          workspace<Part, Batch, training, Real>& work,
                                          const basic_rows_view<Real>& x) {
        forward<Arch>(net, work, x);
        detail::load_output_gradient(work, Real(1));
        detail::add_up policy;
        detail::run_backward<machine_of<Arch, Real>, false, true>(detail::weights_of<Part>(net), work,
                                                                  no_terms{}, policy);
        return work.gradient(0);
    }

    /// Adds the weight gradients for these gradients of the output, at samples moved by a multiple of the
    /// slopes.
    template <class Arch, class Net>
    void move_and_add(const model<Net, Real>& net, workspace<Part, Batch, training, Real>& work,
                      const basic_rows_view<Real>& x, const padded_rows<Real>& slopes, Real factor,
                      const padded_rows<Real>& output_gradient) {
        const padded_rows<Real> moved{moved_.data(), x.rows, x.width};
        for (std::size_t r = 0; r < x.rows; ++r)
            for (std::size_t i = 0; i < x.width; ++i) moved[r][i] = x[r][i] + factor * slopes[r][i];
        work.repeat_noise();
        forward<Arch>(net, work, static_cast<basic_rows_view<Real>>(moved));
        backward<Arch>(net, work, static_cast<basic_rows_view<Real>>(output_gradient));
    }

    Real weight_;
    Real step_;
    basic_arena<Real> slopes_;
    basic_arena<Real> moved_;
    basic_arena<Real> output_gradient_;
    basic_arena<Real> running_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
