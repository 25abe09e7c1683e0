// The exercise's GAN set so that it fails, and what may be changed about that: remedies, and their opposites.
#pragma once

#include "networks/gan.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace examples {

/// The discriminator with noise on whatever it is shown.
template <std::size_t Features>
struct with_instance_noise
    : strata::network<strata::input<Features>, strata::gaussian_noise<0.3>, strata::dense<32>, strata::tanh,
                      strata::mark<"embedding">, strata::dense<1>, strata::sigmoid> {};

/// The discriminator with half of its embedding dropped.
template <std::size_t Features>
struct with_dropout
    : strata::network<strata::input<Features>, strata::dense<32>, strata::tanh, strata::mark<"embedding">,
                      strata::dropout<0.5>, strata::dense<1>, strata::sigmoid> {};

struct gan_setting {
    enum class kind { plain, instance_noise, dropout };

    std::string name;
    gan_options how{};
    kind discriminator = kind::plain;
};

/// The failure first: the discriminator learns ten times as fast as the generator, the reverse of the exercise. Each other
/// setting changes that in one respect; number 3 is the exercise.
inline std::vector<gan_setting> gan_settings() {
    constexpr float slow = 0.0001f, fast = 0.001f;
    constexpr gan_options failing{.generator_rate = slow, .discriminator_rate = fast};
    const auto changed = [&](auto gan_options::* option, auto value) {
        gan_options how = failing;
        how.*option = value;
        return how;
    };
    using kind = gan_setting::kind;
    return {
        {"failing", failing},
        {"slower discriminator (/ 10)", changed(&gan_options::discriminator_rate, slow)},
        {"faster generator (x 10)", changed(&gan_options::generator_rate, fast)},
        {"both: the exercise", {}},
        {"5 generator steps", changed(&gan_options::generator_steps, 5u)},
        {"label smoothing 0.9", changed(&gan_options::real_target, 0.9f)},
        {"instance noise 0.3", failing, kind::instance_noise},
        {"dropout 0.5", failing, kind::dropout},
        {"spectral limit 1", changed(&gan_options::spectral_norm, 1.0f)},
        {"gradient penalty 100", changed(&gan_options::gradient_penalty, 100.0f)},
        {"opposite: 5 discriminator steps", changed(&gan_options::discriminator_steps, 5u)},
        {"opposite: slower generator (/ 10)", changed(&gan_options::generator_rate, 0.00001f)},
    };
}

} // namespace examples
