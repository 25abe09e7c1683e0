// What the unit that is compiled with -ffast-math computes, for the one that is not to judge.
#pragma once

#include "support/function_kernel.hpp"

#include <cstddef>
#include <vector>

namespace fast {

std::vector<functions::kernel> functions();

/// Whether the library sees that all floats are finite.
bool all_finite(const std::vector<float>& x);

/// Normal random numbers.
std::vector<float> normal_numbers(std::size_t count);

/// The output of a network of every activation for rows of four numbers.
std::vector<float> predictions(const std::vector<float>& x);

/// The same for a convolution, relu and max_pool2d of images of 4 x 4.
std::vector<float> image_predictions(const std::vector<float>& x);

/// The loss of outputs, by number: mse, mae, huber, bce, bce_with_logits, cross_entropy.
constexpr std::size_t losses = 6;
float loss(std::size_t number, const std::vector<float>& y, const std::vector<float>& target);

} // namespace fast
