// A penalty on how steep a critic is where it is asked: R1, which keeps a GAN's training stable.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/graph/tied.hpp"
#include "strata/graph/update_spans.hpp"
#include "strata/kernels/finite.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/model/samples.hpp"
#include "strata/model/workspace.hpp"
#include "strata/tensor/arena.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/backward.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace strata::inline STRATA_TARGET::messages {

template <class Number, class Layer>
struct gradient_penalty_through_a_kink {
    static_assert(
        always_false<Number>,
        "strata: gradient_penalty differentiates a gradient, which it cannot through a layer that bends and "
        "whose slope jumps, too: take elu<>, gelu, softplus, tanh or leaky_relu in its place");
};

template <class Number, class Layer>
struct gradient_penalty_through_stop_gradient {
    static_assert(always_false<Number>, "strata: gradient_penalty moves the samples, and what lies behind a "
                                        "stop_gradient would move with them: "
                                        "take a network without it");
};

} // namespace strata::messages

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Names the message for the first layer that a gradient penalty cannot go through, messages::none if there is
/// none.
template <class Net>
consteval auto diagnose_slopes() {
    constexpr auto& kinds = kinds_of<typename Net::layers>::values;
    constexpr std::size_t first = [] {
        std::size_t i = 0;
        while (i < Net::layer_count && (kinds[i]->traits.smooth || kinds[i]->traits.piecewise_linear) &&
               !kinds[i]->traits.stops_gradient)
            ++i;
        return i;
    }();
    if constexpr (first == Net::layer_count) {
        return std::type_identity<messages::none>{};
    } else {
        using number = messages::layer_number<first + 1>;
        using layer = element_t<first, typename Net::layers>;
        if constexpr (layer::traits.stops_gradient)
            return std::type_identity<messages::gradient_penalty_through_stop_gradient<number, layer>>{};
        else
            return std::type_identity<messages::gradient_penalty_through_a_kink<number, layer>>{};
    }
}

/// A policy of the backward pass that takes slopes which jump from another pass, so that none does.
template <class Work>
struct slopes_of : add_up {
    static constexpr bool own_slopes = false;
    Work& of;
    explicit slopes_of(Work& work) : of{work} {}
    Work& slopes(Work&) const { return of; }
};

} // namespace detail

/// Adds the gradient of weight / 2 * mean |slope|^2 to the weight gradients in a workspace, where the slope
/// is the gradient of the network's summed outputs by one sample. On real samples it is R1: Mescheder, Geiger
/// and Nowozin, "Which training methods for GANs do actually converge?", ICML 2018.
///
/// The second derivative that this takes is that of PyTorch's double backward: a central difference along the slopes, in
/// double whatever the model computes in, where relus and their like keep the slopes that they have at the samples. So a
/// call costs four forward and three backward passes in double. Networks with stop_gradient, or with an elu of another
/// scale than 1, do not compile, nor do layers of one's own that compute in float alone. Running statistics stay as they are. Owns the memory for up to Batch samples, and a copy
/// of the weights in double.
template <any_network Part, class Batch, real_number Real = float>
class gradient_penalty {
    static_assert(sizeof(typename decltype(detail::diagnose_slopes<Part>())::type) > 0);
    static_assert(sizeof(detail::tie_error<Part>) > 0);

public:
    /// Of the slopes by all inputs, or by one of them alone: {10.0f, 0} is by the first. Throws std::invalid_argument
    /// unless `weight` is at least 0 and finite, and if there is no such input.
    explicit gradient_penalty(float weight, std::optional<std::size_t> by_input = {})
        : weight_{weight}, by_input_{by_input}, weights_{Part::parameter_floats} {
        if (!(weight >= 0 && kernels::is_finite<arch>(weight)))
            detail::raise<std::invalid_argument>(
                {"a gradient penalty has a weight of at least 0, and finite, not ", weight});
        if (by_input && *by_input >= Part::inputs.size())
            detail::raise<std::invalid_argument>({"a gradient penalty by input ", *by_input,
                                                  " (from 0) of a network with ", Part::inputs.size()});
        for (std::size_t k = 0; k < samples_.size(); ++k) {
            const std::size_t floats = multiply_sizes(Batch::rows, row_stride(Part::inputs[k].count()));
            samples_[k] = basic_arena<double>{floats};
            slopes_[k] = basic_arena<double>{floats};
            moved_[k] = basic_arena<double>{floats};
        }
    }

    /// Returns weight / 2 * mean |slope|^2, in a network with several inputs summed over these. All passes draw the same
    /// noise. Allocates nothing. Throws std::invalid_argument if the penalty, the model or the workspace was moved from, or
    /// if the samples have another shape, std::length_error if they are too many.
    template <class Arch = arch, any_network Net, class X>
    Real accumulate(const model<Net, Real>& net, workspace<Part, Batch, training, Real>& work, const X& x) {
        using on = machine_of<Arch, double>;
        static_assert(sizeof(detail::part_error<Part, Net>) > 0);
        if constexpr (!Part::table.has_input_gradient)
            static_assert(sizeof(messages::input_gradient_behind_frozen_layers<Part>) > 0);
        if (samples_[0].size() == 0)
            detail::raise<std::invalid_argument>(
                "this gradient penalty was moved from: it has no memory to run in");
        const auto& seen = detail::see_samples<Part, Real>(x);
        const auto& samples = detail::view_of(seen);
        const Real* weights = detail::weights_of<Part>(net);
        if (samples.rows > Batch::rows)
            detail::raise<std::length_error>(
                {samples.rows, " samples for a gradient penalty of batch<", Batch::rows, ">"});
        if (work.gradients_empty())
            std::fill_n(work.parameter_gradients().data(), Part::gradient_floats, Real(0));
        work.note_gradients();
        work.begin_pass();
        noise_ = work.noise(0);
        std::copy_n(weights, Part::parameter_floats, weights_.data());
        detail::for_each_part(samples, [&](std::size_t k, const basic_rows_view<Real>& rows) {
            const padded_rows<double> to = rows_in(samples_[k], k, rows.rows);
            for (std::size_t r = 0; r < rows.rows; ++r) std::copy_n(rows[r].data(), rows.width, to[r]);
        });
        const std::size_t rows = samples.rows;
        const double square = rows == 0 ? 0 : find_slopes<on>(rows);
        const double step = square > 0 ? step_for(rows) : 0;
        if (step > 0) {
            if constexpr (has_kinks) run(base_, samples_, rows, on{});
            there_.clear_gradients();
            for (const double sign : {1.0, -1.0}) add_moved<on>(rows, sign * step, sign);
            add_to(work, static_cast<double>(weight_) / (2 * step * static_cast<double>(rows)));
        }
        return static_cast<Real>(0.5 * static_cast<double>(weight_) * square /
                                 std::max(static_cast<double>(rows), 1.0));
    }

private:
    using working = workspace<Part, Batch, training, double>;
    using arenas = std::array<basic_arena<double>, Part::inputs.size()>;

    static constexpr bool has_kinks = [] {
        for (std::size_t i = 0; i < Part::layer_count; ++i)
            if (!detail::kinds_of<typename Part::layers>::values[i]->traits.smooth) return true;
        return false;
    }();

    static padded_rows<double> rows_in(basic_arena<double>& memory, std::size_t input, std::size_t rows) {
        return {memory.data(), rows, Part::inputs[input].count()};
    }
    [[nodiscard]] bool is_asked(std::size_t input) const { return !by_input_ || *by_input_ == input; }

    template <class On>
    void run(working& work, arenas& x, std::size_t rows, On) {
        std::array<basic_rows_view<double>, Part::inputs.size()> views;
        for (std::size_t k = 0; k < views.size(); ++k) views[k] = rows_in(x[k], k, rows);
        work.seed({noise_.seed}, noise_.pass - 1);
        work.load(detail::together(views));
        detail::run_forward<On, true>(weights_.data(), work);
    }

    /// Fills in the slopes at the samples, and returns the sum of their squares.
    template <class On>
    double find_slopes(std::size_t rows) {
        run(base_, samples_, rows, On{});
        detail::load_output_gradient(base_, 1.0);
        detail::add_up policy;
        detail::run_backward<On, false, true>(weights_.data(), base_, no_terms{}, policy);
        double square = 0;
        for (std::size_t k = 0; k < slopes_.size(); ++k) {
            const padded_rows<double> to = rows_in(slopes_[k], k, rows);
            const padded_rows<double> by_input = base_.input_gradient(k);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t i = 0; i < to.width; ++i) {
                    to[r][i] = is_asked(k) ? by_input[r][i] : 0;
                    square += to[r][i] * to[r][i];
                }
        }
        return square;
    }

    /// How far along the slopes the samples move: far enough that differences are more than rounding, and not so far that
    /// slopes bend.
    [[nodiscard]] double step_for(std::size_t rows) {
        double largest_slope = 0, largest_sample = 1;
        for (std::size_t k = 0; k < slopes_.size(); ++k)
            for (std::size_t i = 0; i < rows * rows_in(samples_[k], k, rows).stride; ++i) { // padding is 0
                largest_slope = std::max(largest_slope, std::abs(slopes_[k].data()[i]));
                largest_sample = std::max(largest_sample, std::abs(samples_[k].data()[i]));
            }
        return 1e-5 * largest_sample / largest_slope;
    }

    /// Adds the weight gradients of the summed outputs times a sign, at samples moved by step times the slopes.
    template <class On>
    void add_moved(std::size_t rows, double step, double sign) {
        for (std::size_t k = 0; k < moved_.size(); ++k) {
            const padded_rows<double> x = rows_in(samples_[k], k, rows), slope = rows_in(slopes_[k], k, rows);
            const padded_rows<double> to = rows_in(moved_[k], k, rows);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t i = 0; i < to.width; ++i) to[r][i] = x[r][i] + step * slope[r][i];
        }
        run(there_, moved_, rows, On{});
        detail::load_output_gradient(there_, sign);
        detail::slopes_of<working> policy{base_};
        detail::run_backward<On, true, false>(weights_.data(), there_, no_terms{}, policy);
    }

    void add_to(workspace<Part, Batch, training, Real>& work, double scale) {
        for (const update_span& span : update_spans<Part>) {
            if (span.what_for == role::running) continue;
            const double* from = there_.parameter_gradients().data() + span.gradients;
            Real* to = work.parameter_gradients().data() + span.gradients;
            for (std::size_t i = 0; i < span.floats; ++i)
                to[i] = static_cast<Real>(static_cast<double>(to[i]) + scale * from[i]);
        }
    }

    float weight_;
    std::optional<std::size_t> by_input_;
    noise_source noise_{};
    working base_, there_;
    basic_arena<double> weights_;
    arenas samples_, slopes_, moved_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
