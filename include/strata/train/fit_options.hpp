// What fit is told: its options.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/kernels/finite.hpp"
#include "strata/meta/function.hpp"
#include "strata/meta/raise.hpp"
#include "strata/random/philox.hpp"
#include "strata/train/callback.hpp"
#include "strata/train/fit_state.hpp"
#include "strata/train/metric.hpp"
#include "strata/train/reports.hpp"
#include "strata/train/validation.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// What fit can be told, by designated initialisers: {.epochs = 20, .clip_norm = 1.0f}.
struct fit_options {
    std::size_t epochs = 1; ///< how many this call runs
    std::optional<std::size_t>
        batch_size{};    ///< samples a step; as many as the workspace has room for unless given
    bool shuffle = true; ///< a new order of the samples in every epoch
    strata::seed seed{}; ///< of shuffling and of the layers' noise; every epoch has an order of its own
    /// The learning rate of each step, counted from 0 in epoch 1: one of optimizers/schedule.hpp, for
    /// instance.
    detail::function<float(std::size_t)> learning_rate{};
    std::optional<float> clip_norm{}; ///< gradients are scaled down to this norm, above 0, at most
    /// Epochs in a row, at least 1, that may pass without a better validation loss (or loss, without validation data)
    /// before training ends; all epochs are run unless given. Epoch 1 alone never ends it, as in Keras.
    std::optional<std::size_t> patience{};
    /// At the end, whoever ends it, the model has the weights of its best epoch.
    bool restore_best_weights = false;
    /// The number of this call's first epoch, which decides the order of its samples, its noise, and the step
    /// that its learning rates are counted from. After a call of n epochs, n + 1 goes on where that one ended
    /// with the bits of one long call, if optimizer, data and all other options are the same. The best epoch
    /// and patience are counted in each call.
    std::size_t first_epoch = 1;
    validation_data validation{}; ///< {x, y}: measured after every epoch, not learned from
    /// The share, above 0 and below 1, of the samples that is held out for that: after a shuffle that depends on the
    /// seed alone, its first round(share * samples).
    std::optional<float> validation_split{};
    std::vector<metric> metrics{}; ///< reported for training and validation data, as {accuracy{}} is
    training_callback<epoch_report> after_epoch{}; ///< called after every epoch; false ends the training
    training_callback<batch_report> after_batch{}; ///< called after every batch; false ends the training
    /// Called after every batch but an epoch's last, and after every epoch, before after_batch and after_epoch: a hook that
    /// keeps where the training stands, as strata/io/checkpoint.hpp has one.
    training_callback<fit_progress> on_progress{};
    /// Where to go on, in place of the beginning: with the same options, data and workspace type, the model's weights and the
    /// optimizer as they were then, fit ends with the bits of a call that never stopped. `epochs` counts from first_epoch, as
    /// it did.
    std::optional<fit_state> resume_from{};
};

namespace detail {

/// Throws for options that make no sense, whatever the data.
template <class Arch>
void require_sensible(const fit_options& options, std::size_t capacity) {
    if (options.batch_size && *options.batch_size > capacity)
        detail::raise<std::length_error>(
            {"batch_size is ", *options.batch_size, ", but the workspace is one of batch<", capacity, ">"});
    if (options.clip_norm && !(kernels::is_finite<Arch>(*options.clip_norm) && *options.clip_norm > 0))
        detail::raise<std::invalid_argument>(
            {"clip_norm is ", *options.clip_norm,
             ": it is above 0; without one, gradients are left as they are"});
    if (options.patience == std::size_t{0})
        detail::raise<std::invalid_argument>(
            "patience is 0: it is at least 1 epoch; without one, all are run");
    if (options.first_epoch == 0)
        detail::raise<std::invalid_argument>("first_epoch is 0, but epochs count from 1");
    if (options.epochs > std::numeric_limits<std::size_t>::max() - (options.first_epoch - 1))
        detail::raise<std::invalid_argument>({options.epochs, " epochs from number ", options.first_epoch,
                                              " on are more than can be counted"});
    if (const auto& share = options.validation_split) {
        if (!(kernels::is_finite<Arch>(*share) && *share > 0 && *share < 1))
            detail::raise<std::invalid_argument>(
                {"validation_split is ", *share, ": it is a share of the samples, above 0 and below 1"});
        if (options.validation.given())
            detail::raise<std::invalid_argument>("fit has both validation and validation_split: choose one");
    }
}

/// Throws std::invalid_argument for a state that no call with these options left: of other epochs, batches or metrics.
[[gnu::cold, gnu::noinline]] inline void require_state(const fit_state& from, const fit_options& options,
                                                       std::size_t batches, std::size_t parts) {
    const std::size_t before = options.first_epoch - 1;
    if (from.epoch < before || from.epoch - before > options.epochs || from.batch >= batches ||
        from.step != from.epoch * batches + from.batch || from.parts.size() != parts ||
        from.metrics.size() != options.metrics.size() || from.history.loss.size() != from.epoch - before ||
        from.best_epoch > from.epoch)
        raise<std::invalid_argument>(
            {"fit cannot go on after epoch ", from.epoch, ", batch ", from.batch, ", step ", from.step,
             ": with these options, data and this loss that is no place where it stood"});
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
