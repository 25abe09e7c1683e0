// A GAN on the digits with the sizes of the variational autoencoder: its generator is the decoder and its
// critic the encoder, each with what such a half of a GAN is commonly given. Without the generator's
// batch_norm it draws far fewer kinds of pictures.
#pragma once

#include "strata/core.hpp"
#include "support/interrupt.hpp"
#include "support/kept_training.hpp"
#include "support/progress.hpp"
#include "support/thread_choice.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

namespace examples {

/// Code random numbers to 784 pixels.
template <std::size_t Code>
struct digit_generator : strata::network<strata::input<Code>, strata::dense<128>, strata::batch_norm<>,
                                         strata::leaky_relu<0.2>, strata::dense<256>, strata::batch_norm<>,
                                         strata::leaky_relu<0.2>, strata::dense<784>, strata::sigmoid> {};

/// The same without batch_norm.
template <std::size_t Code>
struct plain_digit_generator
    : strata::network<strata::input<Code>, strata::dense<128>, strata::leaky_relu<0.2>, strata::dense<256>,
                      strata::leaky_relu<0.2>, strata::dense<784>, strata::sigmoid> {};

/// 784 pixels to the logit of the probability that they are a real picture.
struct digit_critic
    : strata::network<strata::input<784>, strata::dense<256>, strata::leaky_relu<0.2>, strata::dropout<0.3>,
                      strata::dense<128>, strata::leaky_relu<0.2>, strata::dropout<0.3>, strata::dense<1>> {};

/// Goodfellow and others, "Generative adversarial nets", NeurIPS 2014, with the generator's loss that does
/// not saturate; Adam as in Radford, Metz and Chintala, "DCGAN", ICLR 2016; real rows are called 0.9 real, as
/// in Salimans and others, "Improved techniques for training GANs", NeurIPS 2016.
template <class Generator>
class digit_gan {
public:
    static constexpr std::size_t code = Generator::input.count();
    static constexpr std::size_t rows = 32;
    static constexpr strata::adam adam{.learning_rate = 0.0002f, .beta1 = 0.5f};

    struct losses {
        float critic;    ///< cross-entropy, mean of real and generated rows
        float generator; ///< of generated rows called real
    };

    digit_gan(strata::seed s, strata::threads so_many)
        : generator{strata::glorot_uniform{}, {2 * s.value}},
          critic{strata::glorot_uniform{}, {2 * s.value + 1}},
          seed_{s},
          critic_work_{so_many} {
        critic_work_.seed(s);
    }

    /// The critic learns from real rows and as many generated ones, then the generator from the critic.
    losses step(const strata::rows_view& real) {
        using namespace strata;
        ++steps_;
        const rows_view fake = forward(generator, generator_work_, noise(real.rows));
        const float on_real = accumulate(critic, critic_work_, bce_with_logits{}, real, 0.9f);
        const float on_fake = accumulate(critic, critic_work_, bce_with_logits{}, fake, 0.0f);
        critic_optimizer_.step(critic, critic_work_);

        const auto slope = input_gradient(critic, critic_work_, bce_with_logits{}, fake, 1.0f);
        backward_step(generator, generator_work_, generator_optimizer_, slope);
        return {0.5f * (on_real + on_fake), slope.loss};
    }

    /// Its training in a file.
    [[nodiscard]] auto kept(const checkpoint_choice& choice, const std::string& part) {
        return kept_training{choice, part,
                             strata::checkpoint_part{"generator", generator, generator_optimizer_},
                             strata::checkpoint_part{"critic", critic, critic_optimizer_}};
    }
    /// What is in no network or optimizer: how many random numbers were drawn.
    void note_to(kept_numbers& numbers) const {
        numbers["steps"] = {static_cast<double>(steps_)};
        numbers["passes"] = {static_cast<double>(critic_work_.passes())};
    }
    void go_on_from(const kept_numbers& numbers) {
        steps_ = static_cast<std::uint64_t>(numbers.at("steps").at(0));
        critic_work_.seed(seed_, static_cast<std::uint64_t>(numbers.at("passes").at(0)));
    }

    strata::model<Generator> generator;
    strata::model<digit_critic> critic;

private:
    strata::rows_view noise(std::size_t count) {
        const std::span<float> values{noise_.data(), count * code};
        strata::fill_normal(values, 0.0f, 1.0f, seed_, strata::streams::noise + steps_);
        return {values.data(), count, code, code};
    }

    strata::seed seed_;
    std::uint64_t steps_ = 0;
    std::vector<float> noise_ = std::vector<float>(rows * code);
    // No team, in which batch_norm would normalise each shard by itself; for the plain one neither: batch_norm is to be all that
    // differs.
    strata::workspace<Generator, strata::batch<rows>> generator_work_;
    strata::team<digit_critic, strata::batch<rows>, training_shards> critic_work_;
    strata::optimizer<Generator, strata::adam> generator_optimizer_{generator, adam};
    strata::optimizer<digit_critic, strata::adam> critic_optimizer_{critic, adam};
};

/// Trains for so many passes over the rows, or until a signal ends it after a step, with a progress bar, and keeps that in the file
/// of this part after each of them.
template <class Generator>
void train(digit_gan<Generator>& gan, const strata::rows_view& real, std::size_t epochs, strata::seed s,
           const checkpoint_choice& choice, const std::string& part) {
    strata::minibatch_range batches = strata::minibatches<digit_gan<Generator>::rows>(real, real, s);
    progress bar{standard_output(), epochs, batches.size()};
    auto kept = gan.kept(choice, part);
    const auto state = kept.restore();
    if (state) {
        gan.go_on_from(kept.numbers());
        bar.go_on_after(state->step);
    }
    for (std::uint64_t epoch = state ? state->step + 1 : 1; epoch <= epochs && !interrupted(); ++epoch) {
        batches.shuffle({s.value + (epoch << 32)});
        double number = 0, critic = 0, generator = 0;
        for (const auto& [x, y] : batches) {
            const auto losses = gan.step(x);
            critic += static_cast<double>(losses.critic);
            generator += static_cast<double>(losses.generator);
            ++number;
            bar.batch(static_cast<std::size_t>(number), critic / number);
            if (interrupted()) return;
        }
        gan.note_to(kept.numbers());
        kept.save(epoch);
        char note[48];
        std::snprintf(note, sizeof note, "generator %.3f", generator / number);
        bar.epoch(critic / number, note);
    }
}

/// Pictures from normal codes, 784 pixels each.
template <class Generator>
std::vector<float> fresh_samples(const digit_gan<Generator>& gan, std::size_t count, strata::seed s) {
    std::vector<float> codes(count * gan.code);
    strata::fill_normal(codes, 0.0f, 1.0f, s, strata::streams::user + 1);
    return strata::predict(gan.generator, codes);
}

} // namespace examples
