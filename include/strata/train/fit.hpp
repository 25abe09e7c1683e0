// The convenience on top of accumulate and an optimizer's step: epochs, shuffling, validation, metrics, callbacks.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/model/samples.hpp"
#include "strata/train/best_weights.hpp"
#include "strata/train/diagnose.hpp"
#include "strata/train/fit_options.hpp"
#include "strata/train/fit_step.hpp"
#include "strata/train/held_out.hpp"
#include "strata/train/minibatches.hpp"
#include "strata/train/misnamed_options.hpp"
#include "strata/train/targets.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// fit, in a workspace or in what stands in for one: see fit_in. Samples and targets are views: rows, or class_targets.
template <class Arch, any_network Net, class Real, class Work, class Optimizer, class Loss, class Samples,
          class Targets>
fit_history run_fit(model<Net, Real>& net, Work& work, Optimizer& optimizer, const Loss& loss,
                    const Samples& all_x, const Targets& all_y, const fit_options& options) {
    using part = typename Work::network;
    fit_history history;
    detail::require_sensible<Arch>(options, Work::capacity);
    basic_minibatch_range<Samples, Targets> batches{all_x, all_y,
                                                    options.batch_size.value_or(Work::capacity)};
    detail::require_rows(all_x, all_y, "fit");
    detail::require_targets<part, Loss, Arch>(all_y);
    metric_sums trained{options.metrics, part::outputs.size(), output_at<part>};
    metric_sums validated{options.metrics, part::outputs.size(), output_at<part>};
    held_out<part, Real> held;
    if (options.validation.given()) held = detail::hold_validation<part, Loss, Arch>(options.validation);
    if (const auto& share = options.validation_split)
        batches = {all_x, all_y, options.batch_size.value_or(Work::capacity),
                   detail::split(held, all_x, all_y, *share, options.seed)};
    detail::check_not_moved(net);
    detail::require_optimizer_of(optimizer, net);
    if (!work.gradients_empty()) work.clear_gradients(); // which throws if the workspace was moved from

    best_weights<Net, Real> best{net, options.restore_best_weights};
    const gradients_cleared<Work> cleared{work};
    const std::size_t last = options.first_epoch - 1 + options.epochs;
    std::size_t done = options.first_epoch - 1; // epochs
    std::size_t steps = done * batches.size();
    std::size_t best_epoch = done; // what patience counts from
    std::size_t number = 0;        // of the batch
    double sum = 0;
    loss_values<part, Loss> parts;
    if (const auto& from = options.resume_from) {
        detail::require_state(*from, options, batches.size(), parts.parts);
        done = from->epoch;
        number = from->batch;
        steps = from->step;
        sum = from->loss;
        parts.go_on(from->parts);
        trained.go_on(from->metrics);
        best_epoch = from->best_epoch;
        best.go_on(from->least_loss, best_weights_in<Real>(*from));
        history = from->history;
    }
    const auto state = [&] {
        fit_state now{done, number, steps, sum, parts.in_a_row(), trained.sums(), best_epoch, best.least()};
        best_weights_in<Real>(now).assign(best.weights().begin(), best.weights().end());
        now.history = history;
        return now;
    };
    const auto tell = [&] {
        const auto copy = [](const void* of) { return (*static_cast<const decltype(state)*>(of))(); };
        return options.on_progress(fit_progress{done, last, number, batches.size(), copy, &state});
    };
    const auto out_of_patience = [&] {
        return options.patience && done - best_epoch >= *options.patience && done > 1;
    };
    if (number == 0 && options.resume_from && out_of_patience()) return history;
    const auto fail = [&](std::size_t epoch, const std::string& where, const std::string& why) {
        detail::raise<std::runtime_error>(
            {"fit fails in epoch ", epoch, where, ": ", why,
             (best.restores() ? " (the model has its best epoch's weights)" : "")});
    };
    while (done < last) {
        const std::size_t epoch = done + 1;
        if (options.shuffle) batches.shuffle({options.seed.value + (std::uint64_t{epoch} << 32)});
        if (number == 0) {
            sum = 0;
            parts = {};
            trained.clear();
        }
        validated.clear();
        std::size_t left_out = number; // batches of an earlier call
        for (const basic_minibatch<Samples, Targets>& batch : batches) {
            if (left_out > 0) {
                --left_out;
                continue;
            }
            work.seed(options.seed, steps);
            if (options.learning_rate) optimizer.learning_rate(detail::scheduled_rate<Arch>(options, steps));
            const step_outcome<part, Loss, real_of<Arch>> step = fit_in<Work>::template step<Arch>(
                net, work, optimizer, loss, batch, options.clip_norm, &trained);
            ++number;
            if (!step.finite) {
                work.seed(options.seed, steps); // the same noise once more
                fail(epoch,
                     detail::text_of({", batch ", number, ", at a loss of ",
                                      detail::number_text(static_cast<double>(step.loss))}),
                     fit_in<Work>::template cause<Arch>(net, work, loss, batch.x, batch.y).text);
            }
            ++steps;
            const auto rows = static_cast<double>(batch.x.rows);
            sum += static_cast<double>(step.loss) * rows;
            parts.add(step.outputs, step.terms, rows);
            if (number < batches.size() && !tell()) return history;
            if (!options.after_batch(
                    batch_report{epoch, last, number, batches.size(), static_cast<float>(step.loss)}))
                return history;
        }
        const std::string bad =
            detail::find_bad_weights<Arch, part, true>(detail::weights_of<part>(net)).text;
        if (!bad.empty()) fail(epoch, ", after its last batch", bad);
        epoch_report report{epoch, last, static_cast<float>(sum / static_cast<double>(batches.rows()))};
        history.loss.push_back(report.loss);
        const auto measured_loss = fit_in<Work>::template measure<Arch>(net, work, loss, held, validated);
        if (measured_loss) {
            report.validation_loss = static_cast<float>(measured_loss->loss());
            history.validation_loss.push_back(*report.validation_loss);
        }
        report.terms = detail::parts_of_loss<part>(loss, parts, batches.rows(), measured_loss);
        for (std::size_t k = 0; k < options.metrics.size(); ++k) {
            report.metrics.push_back({options.metrics[k].name(), trained.mean(k, batches.rows()), {}});
            if (measured_loss) report.metrics.back().validation = validated.mean(k, held.rows());
        }
        history.epochs.push_back(report);
        if (best.template offer<Arch>(report.validation_loss.value_or(report.loss))) {
            best_epoch = epoch;
            history.best_epoch = epoch;
        }
        done = epoch;
        number = 0;
        if (!tell() || !options.after_epoch(report) || out_of_patience()) break;
    }
    return history;
}

} // namespace detail

/// Trains for options.epochs epochs, with the bits of a loop of train_step. Validation data, or the share that
/// validation_split holds out, is measured after every epoch; a validation loss that is not finite is no improvement.
///
/// Each call starts anew: with no gradients in the workspace, and with the order of samples, the noise and
/// the steps of the learning rate that belong to options.first_epoch. So two calls with the same options
/// repeat the same order and noise; the weights and the optimizer go on.
///
/// Whatever ends the training, an exception of a callback, a loss, a metric or a schedule included: with
/// restore_best_weights the model has the weights of its best epoch; without, or before there is one, the weights and running
/// statistics that the last whole step left. The workspace has no gradients then.
///
/// Throws before anything changes std::invalid_argument if shapes or counts do not fit, if there are no
/// samples, if targets are outside of what the loss takes (see losses/targets.hpp), if validation data is not
/// finite, if an option makes no sense, if model, workspace or optimizer was moved from, or if the optimizer
/// was made for another model; std::out_of_range for a class index that is no class; std::length_error if batch_size is
/// larger than the workspace. Throws std::runtime_error before the step of a batch whose samples, loss or gradients are
/// not finite, and after an epoch that has left weights which are not: the message names epoch, batch and layer.
/// Allocates for the order of the samples, for validation, for reports, and with restore_best_weights for a second set
/// of weights.
template <class Arch = arch, any_network Net, class Real, class Part, class Batch, class Optimizer,
          class Loss, class X, class Y>
fit_history fit(model<Net, Real>& net, workspace<Part, Batch, training, Real>& work, Optimizer& optimizer,
                const Loss& loss, const X& x, const Y& y, const fit_options& options) {
    static_assert(sizeof(detail::tie_error<Part>) > 0);
    static_assert(sizeof(detail::targets_error<Part, Y>) > 0);
    static_assert(sizeof(detail::output_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::terms_error<Part, Loss>) > 0);
    static_assert(sizeof(detail::optimizer_error<Optimizer, Net>) > 0);
    if constexpr (detail::optimizer_fits<Optimizer, Net> && detail::losses_fit<Part, Loss>) {
        const auto& seen_x = detail::see_samples<Part, Real>(x);
        const auto& seen_y = detail::see_targets<Part, Loss, Real>(y);
        return detail::run_fit<machine_of<Arch, Real>>(net, work, optimizer, loss, detail::view_of(seen_x),
                                                       detail::view_of(seen_y), options);
    } else {
        return {};
    }
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
