// How the examples train a variational autoencoder.
#pragma once

#include "networks/variational_autoencoder.hpp"
#include "support/kept_training.hpp"
#include "support/thread_choice.hpp"
#include "support/training_log.hpp"

#include <cstddef>
#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace examples {

/// How the examples train it.
struct variational_training {
    static constexpr std::size_t batch = 32;
    static constexpr float learning_rate = 0.001f; ///< at first; a twentieth at the end
    static constexpr float weight_decay = 0.3f;    ///< against learning 3000 images by heart

    std::size_t epochs = 150;
    float beta = 1; ///< weight of the divergence: Higgins and others, "beta-VAE", ICLR 2017
    strata::seed seed{};
    strata::threads threads{};
};

/// Trains on images with Adam; the callbacks are fit's. Keeps the training in the file of this part, with the numbers that
/// on_epoch adds after every epoch, and returns these.
template <std::size_t Code>
kept_numbers
train(strata::model<variational_autoencoder<Code>>& net, std::span<const float> images,
      const variational_training& how, const strata::training_callback<strata::epoch_report>& after_epoch,
      const strata::training_callback<strata::batch_report>& after_batch, const checkpoint_choice& choice,
      const std::string& part, const std::function<void(kept_numbers&)>& on_epoch = {}) {
    using namespace strata;
    constexpr std::size_t batch_size = variational_training::batch;
    constexpr float rate = variational_training::learning_rate;
    const std::size_t steps = how.epochs * ((images.size() / 784 + batch_size - 1) / batch_size);
    team<trained_part<Code>, batch<batch_size>, training_shards> work{how.threads};
    optimizer opt{net, adam{.learning_rate = rate, .weight_decay = variational_training::weight_decay}};
    kept_training kept{choice, part, net, opt};
    const auto on_progress = [&](const fit_progress& progress) {
        if (on_epoch && progress.batch == 0) on_epoch(kept.numbers());
        kept(progress);
    };
    fit(net, work, opt, 784.0f * bce_with_logits{} + how.beta * at<"moments">(gaussian_kl{}), images, images,
        {.epochs = how.epochs,
         .seed = how.seed,
         .learning_rate = cosine_decay{rate, steps, rate / 20},
         .after_epoch = after_epoch,
         .after_batch = after_batch,
         .on_progress = on_progress,
         .resume_from = kept.restore()});
    return kept.numbers();
}

/// After every epoch; of a first one that was interrupted, after that.
struct variational_history {
    std::vector<variational_loss> train, test;
};

/// Trains with a line of progress, and measures both losses after every epoch.
template <std::size_t Code>
variational_history train_and_measure(strata::model<variational_autoencoder<Code>>& net,
                                      std::span<const float> images, std::span<const float> test,
                                      const variational_training& how, const checkpoint_choice& choice,
                                      const std::string& part) {
    training_log log{how.epochs,
                     (images.size() / 784 + variational_training::batch - 1) / variational_training::batch};
    const auto add_losses = [&](kept_numbers& numbers) {
        const variational_loss seen = measure<Code>(net, images, how.seed);
        const variational_loss unseen = measure<Code>(net, test, how.seed);
        for (const double loss :
             {seen.reconstruction, seen.divergence, unseen.reconstruction, unseen.divergence})
            numbers["losses"].push_back(loss);
        char note[96];
        std::snprintf(note, sizeof note, "train %.1f + %.1f, test %.1f + %.1f", seen.reconstruction,
                      seen.divergence, unseen.reconstruction, unseen.divergence);
        log.note = note;
    };
    kept_numbers kept = train<Code>(net, images, how, std::ref(log), std::ref(log), choice, part, add_losses);
    const std::vector<double>& losses = kept["losses"];
    if (losses.empty()) add_losses(kept);
    variational_history history;
    for (std::size_t i = 0; i + 3 < losses.size(); i += 4) {
        history.train.push_back({losses[i], losses[i + 1]});
        history.test.push_back({losses[i + 2], losses[i + 3]});
    }
    return history;
}

} // namespace examples
