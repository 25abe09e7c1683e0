// The variational autoencoder of the examples, its parts, its two losses and its training.
#pragma once

#include "strata/core.hpp"
#include "support/training.hpp"

#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace examples {

/// 784 grey pixels to Code means and Code logarithms of variances, to Code numbers drawn from them, and back.
// clang-format off
template <std::size_t Code>
struct variational_autoencoder
    : strata::network<
          strata::input<784>,
          strata::dense<256>, strata::relu,
          strata::dense<128>, strata::relu,
          strata::dense<2 * Code>,
          strata::mark<"moments">,
          strata::sample_gaussian,
          strata::mark<"code">,
          strata::dense<128>, strata::relu,
          strata::dense<256>, strata::relu,
          strata::dense<784>,
          strata::mark<"logits">,
          strata::sigmoid> {};
// clang-format on

/// What is trained: all but the sigmoid, for a loss on logits.
template <std::size_t Code>
using trained_part = strata::until<variational_autoencoder<Code>, "logits">;

/// Pixels to the moments of their code.
template <std::size_t Code>
using moments_of = strata::until<variational_autoencoder<Code>, "moments">;

/// A code to pixels.
template <std::size_t Code>
using pixels_of = strata::from<variational_autoencoder<Code>, "code">;

/// A code to what the sigmoid makes pixels of.
template <std::size_t Code>
using logits_of = strata::between<variational_autoencoder<Code>, "code", "logits">;

/// The negative evidence lower bound in its two parts, in nats per image.
struct variational_loss {
    double reconstruction = 0; ///< binary cross-entropy, summed over pixels
    double divergence = 0;     ///< of the code's distribution from the unit Gaussian
    [[nodiscard]] double sum() const { return reconstruction + divergence; }
};

/// A code for every row of moments, drawn as training draws them.
template <std::size_t Code>
std::vector<float> draw_codes(std::span<const float> moments, strata::seed s) {
    std::vector<float> codes(moments.size() / 2);
    strata::fill_normal(codes, 0.0f, 1.0f, s, strata::streams::user);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::size_t mean = i / Code * 2 * Code + i % Code;
        codes[i] = moments[mean] + std::exp(0.5f * moments[mean + Code]) * codes[i];
    }
    return codes;
}

/// Both losses, with one code drawn for every image (predict and evaluate would take its mean).
template <std::size_t Code>
variational_loss measure(const strata::model<variational_autoencoder<Code>>& net,
                         std::span<const float> images, strata::seed s) {
    using namespace strata;
    const std::vector<float> moments = predict<moments_of<Code>>(net, images);
    const std::vector<float> codes = draw_codes<Code>(moments, s);
    const float entropy = evaluate<logits_of<Code>>(net, bce_with_logits{}, codes, images);
    return {784 * static_cast<double>(entropy),
            static_cast<double>(mean_penalty(gaussian_kl{}, as_rows(moments, shape<2 * Code>)))};
}

/// Pictures of codes drawn from the unit Gaussian, 784 pixels each.
template <std::size_t Code>
std::vector<float> fresh_samples(const strata::model<variational_autoencoder<Code>>& net, std::size_t count,
                                 strata::seed s) {
    std::vector<float> codes(count * Code);
    strata::fill_normal(codes, 0.0f, 1.0f, s, strata::streams::user + 1);
    return strata::predict<pixels_of<Code>>(net, codes);
}

/// How the examples train it.
struct variational_training {
    static constexpr std::size_t batch = 32;
    static constexpr float learning_rate = 0.001f; ///< at first; a twentieth at the end
    static constexpr float weight_decay = 0.3f;    ///< against learning 3000 images by heart

    std::size_t epochs = 150;
    float beta = 1; ///< weight of the divergence: Higgins and others, "beta-VAE", ICLR 2017
    strata::seed seed{};
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
    workspace<trained_part<Code>, batch<batch_size>> work;
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

} // namespace examples
