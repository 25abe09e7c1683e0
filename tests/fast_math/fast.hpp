// What the unit that is compiled with -ffast-math computes, for the one that is not to check.
#pragma once

#include "support/function_kernel.hpp"

#include <cstddef>
#include <vector>

namespace fast {

std::vector<functions::kernel> functions();

/// The same of a unit that may reassociate, but has infinities and NaNs.
std::vector<functions::kernel> reassociated_functions();

/// Whether the library sees that all floats are finite.
bool all_finite(const std::vector<float>& x);

/// Normal random numbers.
std::vector<float> normal_numbers(std::size_t count);

/// The output of a network of every activation for rows of four numbers.
std::vector<float> predictions(const std::vector<float>& x);

/// The same for a convolution, relu and max_pool2d of images of 4 x 4.
std::vector<float> image_predictions(const std::vector<float>& x);

/// The same for products: convolutions forwards and transposed, dense layers with a relu and without.
std::vector<float> product_predictions(const std::vector<float>& x);

/// The output of dense<2> without a relu, of which all weights are 1.
std::vector<float> sums(const std::vector<float>& x);

/// What the gradient of max_pool2d<2> over images of 4 x 4 makes of ones.
std::vector<float> pool_gradient(const std::vector<float>& x);

/// Whether check_gradients passes a layer, y = 2 x, of which one value of the gradient is off by so much.
bool check_passes(float error);

/// Whether an exception meets a number, in so many places: options, samples, gradients, data.
constexpr std::size_t doors = 19;
bool is_refused(std::size_t door, float value);

/// Whether accuracy refuses outputs, of so many classes; and argmax.
bool accuracy_refuses(const std::vector<float>& outputs, std::size_t classes);
bool argmax_refuses(const std::vector<float>& outputs, std::size_t classes);

/// The loss of outputs, by number: mse, mae, huber, bce, bce_with_logits, cross_entropy.
constexpr std::size_t losses = 6;
float loss(std::size_t number, const std::vector<float>& y, const std::vector<float>& target);

/// What fit reports as the validation data's metric, which is 1 where there is one, if validation samples have this value.
double validation_metric(float value);

/// The recall of a class that no sample is of, and its precision.
std::vector<double> shares_of_no_sample();

} // namespace fast
