// The convenience on top of train_step: epochs, shuffling, validation, callbacks.
#pragma once

#include "strata/train/backward.hpp"
#include "strata/train/clip_gradients.hpp"
#include "strata/train/minibatches.hpp"
#include "strata/train/predict.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace strata {

struct fit_options {
    std::size_t epochs = 1;
    std::size_t batch_size = 0; ///< samples a step; 0: as many as the workspace has room for
    bool shuffle = true;
    strata::seed seed{}; ///< of shuffling and of the layers' noise; every epoch has an order of its own
    /// The learning rate of each step, counted from 0 in this call: one of optimizers/schedule.hpp, for
    /// instance.
    std::function<float(std::size_t)> learning_rate{};
    float clip_norm = 0; ///< gradients are scaled down to this norm at most; 0: as they are
    /// Epochs in a row that may pass without a better validation loss (or loss, without validation data)
    /// before training ends; 0: all epochs are run.
    std::size_t patience = 0;
    /// At the end, whoever ends it, the model has the weights of its best epoch.
    bool keep_best = false;
};

/// After a batch. Numbers count from 1.
struct batch_report {
    std::size_t epoch, epochs;
    std::size_t batch, batches;
    float loss; ///< of this batch, before its step
};

/// After an epoch.
struct epoch_report {
    std::size_t epoch, epochs;
    float loss;            ///< mean over the epoch's samples, each as it was met
    float validation_loss; ///< after the epoch; 0 without validation data
};

/// The losses of every epoch.
struct fit_history {
    std::vector<float> loss;
    std::vector<float> validation_loss; ///< empty without validation data
    std::size_t best_epoch = 0;         ///< the one with the least validation loss, or loss; from 1
};

/// Samples and targets that fit measures after every epoch without learning from them. What has a name is
/// referred to, and must outlive this; temporaries are kept.
template <class X, class Y>
struct validation {
    X x;
    Y y;
};
template <class X, class Y>
validation(X&&, Y&&) -> validation<X, Y>;

struct no_validation {};
struct no_callback {};

namespace detail {

/// Calls a callback that takes this report; one that returns bool stops the training with false.
template <class Callback, class Report>
bool goes_on(Callback& callback, const Report& report) {
    if constexpr (std::is_invocable_r_v<bool, Callback&, const Report&>)
        return callback(report);
    else if constexpr (std::is_invocable_v<Callback&, const Report&>)
        callback(report);
    return true;
}

/// The weights of the best epoch so far, if they are to be kept.
template <class Net>
class best_weights {
public:
    best_weights(const model<Net>& net, const fit_options& options) {
        if (options.keep_best) weights_.assign(net.storage().begin(), net.storage().end());
    }
    /// Whether this loss is the least so far.
    bool offer(const model<Net>& net, float loss) {
        if (!(loss < least_)) return false;
        least_ = loss;
        if (!weights_.empty()) std::ranges::copy(net.storage(), weights_.begin());
        return true;
    }
    /// Without a best epoch the model stays as it is.
    void restore(model<Net>& net) const {
        if (!weights_.empty() && least_ < none) std::ranges::copy(weights_, net.storage().begin());
    }

private:
    static constexpr float none = std::numeric_limits<float>::infinity();
    std::vector<float> weights_;
    float least_ = none;
};

template <class Arch, class Net, class Work, class Optimizer, class Loss>
float clipped_step(model<Net>& net, Work& work, Optimizer& optimizer, const Loss& loss, const rows_view& x,
                   const rows_view& y, float norm) {
    if (!(norm > 0)) return train_step<Arch>(net, work, optimizer, loss, x, y);
    const float value = accumulate<Arch>(net, work, loss, x, y);
    clip_gradients<Arch>(work, norm);
    optimizer.template step<Arch>(net, work);
    return value;
}

} // namespace detail

/// Trains for options.epochs epochs. `callback` may take an
/// epoch_report, a batch_report or both; if it returns bool, false ends the training. Allocates for the order
/// of the samples, and with keep_best for a second set of weights. Throws std::invalid_argument if shapes or
/// counts do not fit, std::runtime_error if the loss stops being a finite number.
template <class Arch = arch, any_network Net, class Part, class Batch, class Optimizer, class Loss, class X,
          class Y, class Callback = no_callback, class Validation = no_validation>
fit_history fit(model<Net>& net, workspace<Part, Batch>& work, Optimizer& optimizer, const Loss& loss,
                const X& x, const Y& y, const fit_options& options, Callback&& callback = {},
                const Validation& held_out = {}) {
    const auto seen_x = as_rows(x, Part::input);
    const auto seen_y = as_rows(y, Part::output);
    minibatch_range batches{seen_x, seen_y, options.batch_size == 0 ? Batch::rows : options.batch_size};
    fit_history history;
    work.seed(options.seed);
    detail::best_weights<Net> best{net, options};
    std::size_t steps = 0;
    for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
        if (options.shuffle) batches.shuffle({options.seed.value + (std::uint64_t{epoch} << 32)});
        double sum = 0;
        std::size_t rows = 0;
        std::size_t number = 0;
        for (const auto& [samples, targets] : batches) {
            if (options.learning_rate) optimizer.learning_rate(options.learning_rate(steps));
            const float value =
                detail::clipped_step<Arch>(net, work, optimizer, loss, samples, targets, options.clip_norm);
            ++steps;
            ++number;
            if (!std::isfinite(value))
                throw std::runtime_error{
                    "strata: the loss is " + std::to_string(value) + " in epoch " + std::to_string(epoch) +
                    ", batch " + std::to_string(number) +
                    ": look for NaN or infinity in the data, or lower the learning rate"};
            sum += static_cast<double>(value) * static_cast<double>(samples.rows);
            rows += samples.rows;
            if (!detail::goes_on(callback,
                                 batch_report{epoch, options.epochs, number, batches.size(), value})) {
                best.restore(net);
                return history;
            }
        }
        epoch_report report{epoch, options.epochs,
                            rows == 0 ? 0.0f : static_cast<float>(sum / static_cast<double>(rows)), 0.0f};
        history.loss.push_back(report.loss);
        if constexpr (!std::is_same_v<Validation, no_validation>) {
            report.validation_loss = evaluate<Part, Arch>(net, loss, held_out.x, held_out.y);
            history.validation_loss.push_back(report.validation_loss);
        }
        const bool better =
            best.offer(net, history.validation_loss.empty() ? report.loss : report.validation_loss);
        if (better) history.best_epoch = epoch;
        if (!detail::goes_on(callback, report)) break;
        if (options.patience > 0 && epoch - history.best_epoch >= options.patience) break;
    }
    best.restore(net);
    return history;
}

} // namespace strata
