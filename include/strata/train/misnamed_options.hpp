// What fit's options are called elsewhere, and other things in their place: overloads that say what to write.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/model/model.hpp"
#include "strata/model/workspace.hpp"
#include "strata/optimizers/misnamed.hpp"
#include "strata/train/fit_options.hpp"

#include <type_traits>

namespace strata::inline STRATA_TARGET {

namespace messages {

template <class Where>
struct options_of_fit_go_by_name {
    static_assert(
        always_false<Where>,
        "strata: fit's options come after the targets, by name and in this order, each as you need it: "
        "{.epochs = 10, .batch_size = 32, .shuffle = true, .seed = {1}, .learning_rate = cosine_decay{...}, "
        ".clip_norm = 1, .patience = 5, .restore_best_weights = true, .first_epoch = 1, .validation = {x, "
        "y}, .validation_split = 0.2f, .metrics = {accuracy{}}, .after_epoch = [](const epoch_report& e) { "
        "... "
        "}, .after_batch = ...}; a learning rate that stays the same is the optimizer's");
};

template <class Where>
struct arguments_behind_options_of_fit {
    static_assert(
        always_false<Where>,
        "strata: callbacks and validation data are among fit's options: {.epochs = 10, .validation = {x, "
        "y}, .after_epoch = [](const epoch_report& e) { ... }, .after_batch = [](const batch_report& b) { "
        "... "
        "}}");
};

} // namespace messages

namespace detail {

/// Options under the names of Keras, PyTorch Lightning and scikit-learn, in our order, beside ours.
struct misnamed_fit_options {
    any_value epochs{}, epoch{}, n_epochs{}, num_epochs{}, max_epochs{}, nb_epoch{}, iterations{}, max_iter{},
        steps{};
    any_value batch_size{}, batchsize{}, batchSize{}, batch{}, minibatch_size{}, mini_batch_size{};
    any_value shuffle{}, shuffled{}, seed{}, random_seed{}, random_state{};
    any_value learning_rate{}, learningRate{}, lr{}, rate{}, schedule{}, scheduler{}, lr_schedule{};
    any_value clip_norm{}, clipnorm{}, clip{}, max_norm{}, max_grad_norm{}, gradient_clip_val{};
    any_value patience{}, early_stopping{}, restore_best_weights{}, keep_best{}, save_best_only{};
    any_value first_epoch{}, initial_epoch{}, start_epoch{};
    any_value validation{}, validation_data{}, validation_split{}, split{}, metrics{}, metric{};
    any_value after_epoch{}, after_batch{}, callback{}, callbacks{}, on_epoch_end{}, on_batch_end{},
        verbose{};
};

template <class Options>
concept no_fit_options = !std::is_convertible_v<const Options&, fit_options>;

} // namespace detail

/// Options in braces that are not fit's. A model that may not change is the worse argument, so that this is not the
/// one where fit takes them.
template <class Net, class Real, class Part, class Batch, class Optimizer, class Loss, class X, class Y,
          class... More>
fit_history fit(const volatile model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&,
                const Loss&, const X&, const Y&, const detail::misnamed_fit_options&, const More&...) {
    static_assert(sizeof(messages::options_of_fit_go_by_name<Net>) > 0);
    return {};
}

/// A number, or a callback, where the options belong; and no options.
template <class Net, class Real, class Part, class Batch, class Optimizer, class Loss, class X, class Y,
          detail::no_fit_options Options, class... More>
fit_history fit(model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&, const X&,
                const Y&, const Options&, const More&...) {
    static_assert(sizeof(messages::options_of_fit_go_by_name<Options>) > 0);
    return {};
}
template <class Net, class Real, class Part, class Batch, class Optimizer, class Loss, class X, class Y>
fit_history fit(model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&, const X&,
                const Y&) {
    static_assert(sizeof(messages::options_of_fit_go_by_name<Net>) > 0);
    return {};
}

/// Something behind the options.
template <class Net, class Real, class Part, class Batch, class Optimizer, class Loss, class X, class Y,
          class First, class... More>
fit_history fit(model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&, const X&,
                const Y&, const fit_options&, const First&, const More&...) {
    static_assert(sizeof(messages::arguments_behind_options_of_fit<First>) > 0);
    return {};
}

/// A const model, a workspace for inference.
template <class Net, class Real, class Part, class Batch, class Optimizer, class Loss, class X, class Y>
fit_history fit(const model<Net, Real>&, workspace<Part, Batch, training, Real>&, Optimizer&, const Loss&,
                const X&, const Y&, const fit_options&) {
    static_assert(sizeof(messages::const_model<Net>) > 0);
    return {};
}
template <class Net, class Real, class Part, class Batch, class Optimizer, class Loss, class X, class Y>
fit_history fit(model<Net, Real>&, workspace<Part, Batch, inference, Real>&, Optimizer&, const Loss&,
                const X&, const Y&, const fit_options&) {
    static_assert(sizeof(messages::workspace_without_gradients<Part>) > 0);
    return {};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
