// The convenience on top of accumulate and an optimizer's step: epochs, shuffling, validation, callbacks.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/train/accumulate.hpp"
#include "strata/train/best_weights.hpp"
#include "strata/train/checks.hpp"
#include "strata/train/clip_gradients.hpp"
#include "strata/train/diagnose.hpp"
#include "strata/train/evaluate.hpp"
#include "strata/train/fit_options.hpp"
#include "strata/train/minibatches.hpp"
#include "strata/train/misnamed_options.hpp"
#include "strata/train/train_step.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace strata {

namespace detail {

/// Samples and targets of validation data as rows; none without validation data.
template <class Part, class Validation>
decltype(auto) validation_samples(const Validation& held_out) {
    if constexpr (is_validation<Validation>)
        return as_rows(held_out.x, Part::input);
    else
        return rows_view{};
}
template <class Part, class Validation>
decltype(auto) validation_targets(const Validation& held_out) {
    if constexpr (is_validation<Validation>)
        return as_rows(held_out.y, Part::output);
    else
        return rows_view{};
}

/// Throws std::invalid_argument if validation data cannot be measured.
template <class Loss, class Arch>
void require_validation(const rows_view& x, const rows_view& y) {
    require_rows(x, y, "validation");
    require_finite<Arch>(x, "samples of the validation data");
    require_finite<Arch>(y, "targets of the validation data");
    require_targets<Loss, Arch>(y);
}

/// The learning rate that a schedule has for a step. Throws std::invalid_argument if it is below 0, or not
/// finite.
template <class Arch>
float scheduled_rate(const fit_options& options, std::size_t step) {
    const float rate = options.learning_rate(step);
    if (!kernels::is_finite<Arch>(rate) || rate < 0)
        throw std::invalid_argument{"strata: the learning rate of step " + std::to_string(step) + " is " +
                                    number_text(rate)};
    return rate;
}

/// Leaves a workspace without gradients at its own end, by an exception too.
template <class Work>
struct gradients_cleared {
    Work& work;
    ~gradients_cleared() { work.clear_gradients(); }
};

/// What a step came to.
struct step_outcome {
    float loss = 0;
    bool finite = false; ///< the samples, the loss and all gradients are; else no step was made
};

/// accumulate, and if all is finite clipping and the optimizer's step.
template <class Arch, class Net, class Work, class Optimizer, class Loss>
step_outcome checked_step(model<Net>& net, Work& work, Optimizer& optimizer, const Loss& loss,
                          const minibatch& batch, float norm) {
    const float value = accumulate<Arch>(net, work, loss, batch.x, batch.y);
    const auto gradients = work.parameter_gradients();
    if (!kernels::is_finite<Arch>(value) || !kernels::all_finite<Arch>(gradients.size(), gradients.data()) ||
        find_not_finite<Arch>(batch.x).found)
        return {value, false};
    if (norm > 0) clip_gradients<Arch>(work, norm);
    optimizer.template step<Arch>(net, work);
    return {value, true};
}

} // namespace detail

/// Trains for options.epochs epochs, with the bits of a loop of train_step. `callback` may take an
/// epoch_report, a batch_report or both; if it returns bool, false ends the training. `held_out` is
/// validation{x, y}: it is measured after every epoch; a validation loss that is not finite is no
/// improvement.
///
/// Each call starts anew: with no gradients in the workspace, and with the order of samples, the noise and
/// the steps of the learning rate that belong to options.first_epoch. So two calls with the same options
/// repeat the same order and noise; the weights and the optimizer go on.
///
/// Whatever ends the training, an exception of a callback, a loss or a schedule included: with keep_best the
/// model has the weights of its best epoch; without, or before there is one, the weights and running
/// statistics that the last whole step left. The workspace has no gradients then.
///
/// Throws before anything changes std::invalid_argument if shapes or counts do not fit, if there are no
/// samples, if targets are outside of what the loss takes (see losses/targets.hpp), if validation data is not
/// finite, if an option makes no sense, if model, workspace or optimizer was moved from, or if the optimizer
/// was made for another model; std::length_error if batch_size is larger than the workspace. Throws
/// std::runtime_error before the step of a batch whose samples, loss or gradients are not finite, and after an
/// epoch that has left weights which are not: the message names epoch, batch and layer. Allocates for the
/// order of the samples, for validation, and with keep_best for a second set of weights.
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Loss, class X,
          class Y, class Callback = no_callback, class Validation = no_validation>
fit_history fit(model<Net>& net, workspace<Part, Batch>& work, Optimizer& optimizer, const Loss& loss,
                const X& x, const Y& y, const fit_options& options, Callback&& callback = {},
                const Validation& held_out = {}) {
    using callable = std::remove_reference_t<Callback>;
    static_assert(sizeof(typename decltype(detail::diagnose_callback<callable>())::type) > 0);
    static_assert(sizeof(detail::tie_fault<Part>) > 0);
    static_assert(sizeof(detail::output_fault<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_fault<Part, Loss>) > 0);
    static_assert(sizeof(detail::optimizer_fault<Optimizer, Net>) > 0);
    if constexpr (!detail::optimizer_fits<Optimizer, Net>) {
    } else if constexpr (!std::is_same_v<Validation, no_validation> && !detail::is_validation<Validation>) {
        static_assert(sizeof(messages::not_validation_data<Validation>) > 0);
    } else {
        detail::require_sensible<Arch>(options, Batch::rows);
        detail::require_callback(callback);
        const auto& seen_x = as_rows(x, Part::input);
        const auto& seen_y = as_rows(y, Part::output);
        const rows_view all_x = seen_x;
        const rows_view all_y = seen_y;
        minibatch_range batches{all_x, all_y, options.batch_size == 0 ? Batch::rows : options.batch_size};
        detail::require_rows(all_x, all_y, "fit");
        detail::require_targets<Loss, Arch>(all_y);
        const auto& seen_held_out_x = detail::validation_samples<Part>(held_out);
        const auto& seen_held_out_y = detail::validation_targets<Part>(held_out);
        const minibatch kept_out{seen_held_out_x, seen_held_out_y};
        if constexpr (detail::is_validation<Validation>)
            detail::require_validation<Loss, Arch>(kept_out.x, kept_out.y);

        detail::check_not_moved(net);
        detail::require_optimizer_of(optimizer, net);
        if (!work.gradients_empty()) work.clear_gradients(); // which throws if the workspace was moved from

        fit_history history;
        detail::best_weights<Net> best{net, options.keep_best};
        const detail::gradients_cleared<workspace<Part, Batch>> cleared{work};
        const std::size_t last = options.first_epoch - 1 + options.epochs;
        std::size_t steps = (options.first_epoch - 1) * batches.size();
        std::size_t best_epoch = options.first_epoch - 1; // what patience counts from
        const auto fail = [&](std::size_t epoch, const std::string& where, const std::string& why) {
            throw std::runtime_error{"strata: fit fails in epoch " + std::to_string(epoch) + where + ": " +
                                     why +
                                     (best.restores() ? " (the model has its best epoch's weights)" : "")};
        };
        for (std::size_t done = 0; done < options.epochs; ++done) {
            const std::size_t epoch = options.first_epoch + done;
            if (options.shuffle) batches.shuffle({options.seed.value + (std::uint64_t{epoch} << 32)});
            double sum = 0;
            std::size_t number = 0;
            for (const minibatch& batch : batches) {
                work.seed(options.seed, steps);
                if (options.learning_rate)
                    optimizer.learning_rate(detail::scheduled_rate<Arch>(options, steps));
                const detail::step_outcome step =
                    detail::checked_step<Arch>(net, work, optimizer, loss, batch, options.clip_norm);
                ++number;
                if (!step.finite) {
                    work.seed(options.seed, steps); // the same noise once more
                    fail(epoch,
                         ", batch " + std::to_string(number) + ", at a loss of " +
                             detail::number_text(step.loss),
                         detail::find_cause<Arch>(net, work, loss, batch.x, batch.y));
                }
                ++steps;
                sum += static_cast<double>(step.loss) * static_cast<double>(batch.x.rows);
                if (!detail::goes_on(callback, batch_report{epoch, last, number, batches.size(), step.loss}))
                    return history;
            }
            const std::string bad = detail::find_bad_weights<Arch, Part, true>(detail::weights_of<Part>(net));
            if (!bad.empty())
                fail(epoch, ", after its last batch",
                     bad + " has a value that is not finite: lower the learning rate, or set clip_norm");
            epoch_report report{epoch, last, static_cast<float>(sum / static_cast<double>(all_x.rows)), 0.0f};
            history.loss.push_back(report.loss);
            if constexpr (!std::is_same_v<Validation, no_validation>) {
                report.validation_loss = detail::evaluate_rows<Part, Arch>(net, loss, kept_out.x, kept_out.y).loss();
                history.validation_loss.push_back(report.validation_loss);
            }
            const bool validates = !history.validation_loss.empty();
            if (best.template offer<Arch>(validates ? report.validation_loss : report.loss))
                history.best_epoch = best_epoch = epoch;
            if (!detail::goes_on(callback, report)) break;
            if (options.patience > 0 && epoch - best_epoch >= options.patience && epoch > 1) break;
        }
        return history;
    }
    return {};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
