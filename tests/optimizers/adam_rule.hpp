// Adam's formula in double, as Loshchilov and Hutter have it (and PyTorch).
#pragma once

#include "strata/optimizers/adam.hpp"

#include "optimizers/optimizer_case.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

namespace optimizers {

struct adam_rule {
    adam options;
    std::vector<double> mean = std::vector<double>(net::parameter_floats);
    std::vector<double> square = std::vector<double>(net::parameter_floats);

    void step(double& weight, double gradient, std::size_t i, std::size_t t) {
        const auto rate = static_cast<double>(options.learning_rate);
        const auto beta1 = static_cast<double>(options.beta1);
        const auto beta2 = static_cast<double>(options.beta2);
        weight -= rate * static_cast<double>(options.weight_decay) * weight;
        mean[i] = beta1 * mean[i] + (1 - beta1) * gradient;
        square[i] = beta2 * square[i] + (1 - beta2) * gradient * gradient;
        const double unbiased_mean = mean[i] / (1 - std::pow(beta1, static_cast<double>(t)));
        const double unbiased_square = square[i] / (1 - std::pow(beta2, static_cast<double>(t)));
        weight -= rate * unbiased_mean / (std::sqrt(unbiased_square) + static_cast<double>(options.epsilon));
    }
};

} // namespace optimizers
