// The GAN of the exercise, and what may be changed about it: each round the discriminator learns from half a
// batch of real rows and half a batch of generated ones, then the generator from a full batch through the
// discriminator, which stays as it is.
#pragma once

#include "networks/activity.hpp"
#include "support/endless_batches.hpp"
#include "support/interrupt.hpp"
#include "support/kept_training.hpp"
#include "support/thread_choice.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace examples {

/// Its two networks are drawn from 2 * seed and 2 * seed + 1.
inline constexpr std::uint64_t most_gan_seed = std::numeric_limits<std::uint64_t>::max() / 2;

/// The exercise's choices, and remedies that it leaves out.
struct gan_options {
    float generator_rate = 0.001f;
    float discriminator_rate = 0.0001f;
    std::size_t generator_steps = 1; ///< of each round
    std::size_t discriminator_steps = 1;
    float real_target = 1.0f;      ///< below 1: one-sided label smoothing
    float gradient_penalty = 0.0f; ///< weight of R1 on real rows, for smooth discriminators alone; 0: none
    float spectral_norm = 0.0f;    ///< of the discriminator's matrices; 0: none
};

struct gan_losses {
    float discriminator; ///< mean over real and generated rows, before its last step
    float generator;     ///< cross-entropy of generated rows called real, before its last step
};

/// The generator, which is nine tenths of the work, learns in a team; the discriminator in a workspace, which gradient_penalty
/// asks for.
template <std::size_t Features, class Discriminator = discriminator<Features>, class Shards = training_shards>
class gan {
public:
    static constexpr std::size_t rows = 32;
    static constexpr std::size_t half = rows / 2;

    explicit gan(strata::seed s, strata::threads so_many = {}, const gan_options& options = {})
        : generator_net{strata::glorot_uniform{}, {2 * s.value}},
          discriminator_net{strata::glorot_uniform{}, {2 * s.value + 1}},
          options_{options},
          seed_{s},
          generator_work_{so_many} {
        discriminator_work_.seed(s);
        if (options.spectral_norm > 0) limit_.emplace(discriminator_net, options.spectral_norm, s);
    }

    /// Rows that a round takes.
    [[nodiscard]] std::size_t rows_a_round() const { return half * options_.discriminator_steps; }

    /// One round with this many real rows.
    gan_losses step(const strata::rows_view& real) {
        gan_losses losses{};
        for (std::size_t i = 0; i < options_.discriminator_steps; ++i)
            losses.discriminator = discriminator_step(real.part(i * half, half));
        for (std::size_t i = 0; i < options_.generator_steps; ++i) losses.generator = generator_step();
        return losses;
    }

    /// Its training in a file.
    [[nodiscard]] auto kept(const checkpoint_choice& choice, const std::string& part) {
        return kept_training{
            choice, part, strata::checkpoint_part{"generator", generator_net, generator_optimizer_},
            strata::checkpoint_part{"discriminator", discriminator_net, discriminator_optimizer_}};
    }
    /// What is in no network or optimizer: the random numbers that were drawn, and where the limit's iterations stand.
    void note_to(kept_numbers& numbers) const {
        numbers["draws"] = {static_cast<double>(draws_)};
        numbers["passes"] = {static_cast<double>(discriminator_work_.passes())};
        if (limit_) numbers["directions"] = limit_->directions();
    }
    void go_on_from(const kept_numbers& numbers) {
        draws_ = static_cast<std::uint64_t>(numbers.at("draws").at(0));
        discriminator_work_.seed(seed_, static_cast<std::uint64_t>(numbers.at("passes").at(0)));
        if (limit_) limit_->directions(numbers.at("directions"));
    }

    strata::model<generator<Features>> generator_net;
    strata::model<Discriminator> discriminator_net;

private:
    float discriminator_step(const strata::rows_view& real) {
        using namespace strata;
        const rows_view fake = forward(generator_net, generator_work_, draw(half));
        const float on_real =
            accumulate(discriminator_net, discriminator_work_, bce{}, real, options_.real_target);
        const float on_fake = accumulate(discriminator_net, discriminator_work_, bce{}, fake, 0.0f);
        if (options_.gradient_penalty > 0) penalty_.accumulate(discriminator_net, discriminator_work_, real);
        discriminator_optimizer_.step(discriminator_net, discriminator_work_);
        if (limit_) limit_->apply(discriminator_net);
        return 0.5f * (on_real + on_fake);
    }

    float generator_step() {
        using namespace strata;
        const rows_view fake = forward(generator_net, generator_work_, draw(rows));
        const auto& critic = discriminator_net;
        const auto slope = input_gradient(critic, discriminator_work_, bce{}, fake, 1.0f);
        backward_step(generator_net, generator_work_, generator_optimizer_, slope);
        return slope.loss;
    }

    strata::rows_view draw(std::size_t count) {
        constexpr std::size_t width = generator<Features>::input.count();
        const std::span<float> values{noise_.data(), count * width};
        strata::fill_normal(values, 0.0f, 1.0f, seed_, strata::streams::noise + 2 + draws_++);
        return {values.data(), count, width, width};
    }

    gan_options options_;
    strata::seed seed_;
    std::uint64_t draws_ = 0;
    std::vector<float> noise_ = std::vector<float>(rows * generator<Features>::input.count());
    strata::team<generator<Features>, strata::batch<rows>, Shards> generator_work_;
    strata::workspace<Discriminator, strata::batch<rows>> discriminator_work_;
    strata::optimizer<generator<Features>, strata::adam> generator_optimizer_{
        generator_net, strata::adam{.learning_rate = options_.generator_rate}};
    strata::optimizer<Discriminator, strata::adam> discriminator_optimizer_{
        discriminator_net, strata::adam{.learning_rate = options_.discriminator_rate}};
    strata::gradient_penalty<Discriminator, strata::batch<rows>> penalty_{options_.gradient_penalty};
    std::optional<strata::spectral_norm<Discriminator>> limit_;
};

/// The losses of every step.
struct gan_history {
    std::vector<double> discriminator, generator;
};

/// Trains for so many rounds, or until a signal ends it after one, and keeps that in the file of this part; after_step is called
/// with the number of each round and the discriminator's loss. Goes on from the file if that is asked for.
template <class Gan, class AfterStep>
gan_history train(Gan& both, const strata::rows_view& rows, std::size_t steps, strata::seed s,
                  const checkpoint_choice& choice, const std::string& part, const AfterStep& after_step) {
    constexpr std::size_t steps_between_files = 100;
    endless_batches real{rows, both.rows_a_round(), s};
    auto kept = both.kept(choice, part);
    std::size_t done = 0;
    if (const auto state = kept.restore()) {
        both.go_on_from(kept.numbers());
        for (; done < state->step; ++done) static_cast<void>(real.next());
    }
    gan_history losses{kept.numbers()["discriminator"], kept.numbers()["generator"]};
    while (done < steps && (done == 0 || !interrupted())) {
        const gan_losses now = both.step(real.next());
        ++done;
        losses.discriminator.push_back(static_cast<double>(now.discriminator));
        losses.generator.push_back(static_cast<double>(now.generator));
        if (done % steps_between_files == 0 || done == steps || interrupted()) {
            both.note_to(kept.numbers());
            kept.numbers()["discriminator"] = losses.discriminator;
            kept.numbers()["generator"] = losses.generator;
            kept.save(done);
        }
        after_step(done, losses.discriminator.back());
    }
    return losses;
}

} // namespace examples
