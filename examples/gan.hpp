// One step of the GAN exercise: the discriminator learns from half a batch of real rows and half a batch of
// generated ones, then the generator from a full batch through the discriminator, which stays as it is.
#pragma once

#include "activity.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace examples {

struct gan_losses {
    float discriminator; ///< mean over real and generated rows, before its step
    float generator;     ///< cross-entropy of generated rows called real
};

template <std::size_t Features>
class gan {
public:
    static constexpr std::size_t rows = 32;
    static constexpr std::size_t half = rows / 2;

    explicit gan(strata::seed s)
        : generator_net{strata::glorot_uniform{}, {2 * s.value}},
          discriminator_net{strata::glorot_uniform{}, {2 * s.value + 1}},
          seed_{s} {}

    /// `real` holds at least half a batch of rows, of which the first half batch is used.
    gan_losses step(const strata::rows_view& real) {
        using namespace strata;
        ++steps_;
        const rows_view few = forward(generator_net, generator_work_, draw(half));
        const float on_real =
            accumulate(discriminator_net, discriminator_work_, bce{}, real.part(0, half), 1.0f);
        const float on_fake = accumulate(discriminator_net, discriminator_work_, bce{}, few, 0.0f);
        discriminator_optimizer_.step(discriminator_net, discriminator_work_);

        const rows_view fake = forward(generator_net, generator_work_, draw(rows));
        const auto& critic = discriminator_net;
        const auto slope = input_gradient(critic, discriminator_work_, bce{}, fake, 1.0f);
        backward(generator_net, generator_work_, slope);
        generator_optimizer_.step(generator_net, generator_work_);
        return {0.5f * (on_real + on_fake), slope.loss};
    }

    strata::model<generator<Features>> generator_net;
    strata::model<discriminator<Features>> discriminator_net;

private:
    strata::rows_view draw(std::size_t count) {
        constexpr std::size_t width = generator<Features>::input.count();
        const std::span<float> values{noise_.data(), count * width};
        strata::fill_normal(values, 0.0f, 1.0f, seed_, strata::streams::noise + 2 * steps_ + (count == rows));
        return {values.data(), count, width, width};
    }

    strata::seed seed_;
    std::uint64_t steps_ = 0;
    std::vector<float> noise_ = std::vector<float>(rows * generator<Features>::input.count());
    strata::workspace<generator<Features>, strata::batch<rows>> generator_work_;
    strata::workspace<discriminator<Features>, strata::batch<rows>> discriminator_work_;
    strata::adam<generator<Features>> generator_optimizer_{generator_net, {.learning_rate = 0.001f}};
    strata::adam<discriminator<Features>> discriminator_optimizer_{discriminator_net,
                                                                   {.learning_rate = 0.0001f}};
};

} // namespace examples
