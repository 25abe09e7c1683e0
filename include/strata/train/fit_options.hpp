// What fit is told, and what it reports: its options, callbacks, validation data and history.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/kernels/finite.hpp"
#include "strata/random/philox.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata {

struct fit_options {
    std::size_t epochs = 1;     ///< how many this call runs
    std::size_t batch_size = 0; ///< samples a step; 0: as many as the workspace has room for
    bool shuffle = true;
    strata::seed seed{}; ///< of shuffling and of the layers' noise; every epoch has an order of its own
    /// The learning rate of each step, counted from 0 in epoch 1: one of optimizers/schedule.hpp, for
    /// instance.
    std::function<float(std::size_t)> learning_rate{};
    float clip_norm = 0; ///< gradients are scaled down to this norm at most; 0: as they are
    /// Epochs in a row that may pass without a better validation loss (or loss, without validation data)
    /// before training ends; 0: all epochs are run. Epoch 1 alone never ends it, as in Keras.
    std::size_t patience = 0;
    /// At the end, whoever ends it, the model has the weights of its best epoch.
    bool keep_best = false;
    /// The number of this call's first epoch, which decides the order of its samples, its noise, and the step
    /// that its learning rates are counted from. After a call of n epochs, n + 1 goes on where that one ended
    /// with the bits of one long call, if optimizer, data and all other options are the same. The best epoch
    /// and patience are counted in each call.
    std::size_t first_epoch = 1;
};

/// After a batch. Numbers count from 1.
struct batch_report {
    std::size_t epoch, epochs; ///< the epoch, and the last one of the call
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
    /// The number of the one with the least validation loss, or loss; 0 if no epoch has a finite one.
    std::size_t best_epoch = 0;
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

template <class T>
inline constexpr bool is_validation = false;
template <class X, class Y>
inline constexpr bool is_validation<validation<X, Y>> = true;

/// Whether a callback takes a report, but only one that it may change or keep.
template <class Callback, class Report>
consteval bool takes_changeable() {
    if constexpr (std::invocable<Callback&, const Report&>)
        return false;
    else
        return std::invocable<Callback&, Report&> || std::invocable<Callback&, Report>;
}

/// Whether a callback that takes a report returns nothing, or bool.
template <class Callback, class Report>
consteval bool returns_void_or_bool() {
    if constexpr (std::invocable<Callback&, const Report&>) {
        using result = std::remove_cvref_t<std::invoke_result_t<Callback&, const Report&>>;
        return std::is_void_v<result> || std::is_same_v<result, bool>;
    } else {
        return true;
    }
}

/// Names the message for a callback that fit cannot call, messages::none if it can.
template <class Callback>
consteval auto diagnose_callback() {
    if constexpr (std::is_same_v<std::remove_cv_t<Callback>, no_callback>)
        return std::type_identity<messages::none>{};
    else if constexpr (is_validation<std::remove_cv_t<Callback>>)
        return std::type_identity<messages::validation_in_place_of_callback<Callback>>{};
    else if constexpr (takes_changeable<Callback, epoch_report>() ||
                       takes_changeable<Callback, batch_report>() ||
                       (!std::invocable<Callback&, const epoch_report&> &&
                        !std::invocable<Callback&, const batch_report&>))
        return std::type_identity<messages::callback_takes_no_report<Callback>>{};
    else if constexpr (!returns_void_or_bool<Callback, epoch_report>() ||
                       !returns_void_or_bool<Callback, batch_report>())
        return std::type_identity<messages::callback_returns_something_else<Callback>>{};
    else
        return std::type_identity<messages::none>{};
}

/// Throws std::invalid_argument if a callback is a std::function or a pointer without a function.
template <class Callback>
void require_callback(const Callback& callback) {
    constexpr bool comparable = requires { // std::bind's can be made of a null pointer, but not be compared
        { callback == nullptr } -> std::convertible_to<bool>;
    };
    if constexpr (std::is_constructible_v<Callback, std::nullptr_t> && comparable)
        if (callback == nullptr) throw std::invalid_argument{"strata: the callback of fit is empty"};
}

/// Calls a callback that takes this report; one that returns bool stops the training with false.
template <class Callback, class Report>
bool goes_on(Callback& callback, const Report& report) {
    if constexpr (std::is_invocable_r_v<bool, Callback&, const Report&>)
        return std::invoke(callback, report);
    else if constexpr (std::invocable<Callback&, const Report&>)
        std::invoke(callback, report);
    return true;
}

/// Throws for options that make no sense, whatever the data.
template <class Arch>
void require_sensible(const fit_options& options, std::size_t capacity) {
    if (options.batch_size > capacity)
        throw std::length_error{"strata: batch_size is " + std::to_string(options.batch_size) +
                                ", but the workspace is one of batch<" + std::to_string(capacity) + ">"};
    if (!kernels::is_finite<Arch>(options.clip_norm) || options.clip_norm < 0)
        throw std::invalid_argument{"strata: clip_norm is " + std::to_string(options.clip_norm) +
                                    ": it is above 0, or 0 to leave the gradients as they are"};
    if (options.first_epoch == 0)
        throw std::invalid_argument{"strata: first_epoch is 0, but epochs count from 1"};
    if (options.epochs > std::numeric_limits<std::size_t>::max() - (options.first_epoch - 1))
        throw std::invalid_argument{"strata: " + std::to_string(options.epochs) + " epochs from number " +
                                    std::to_string(options.first_epoch) + " on are more than can be counted"};
}

} // namespace detail

} // namespace strata

#include "strata/meta/macros_back.hpp"
