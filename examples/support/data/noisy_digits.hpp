// MNIST's digits clean and with the exercise's noise, as the denoising examples train on them.
#pragma once

#include "strata/strata.hpp"
#include "support/data/mnist.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace examples {

using images = xt::xtensor<float, 4>; // n x 28 x 28 x 1

/// Images as they are and with noise.
struct image_pairs {
    images clean, noisy;
};

inline images as_images(const labelled_images& set) {
    images pixels({set.size(), 28, 28, 1});
    std::copy(set.pixels.begin(), set.pixels.end(), pixels.begin());
    return pixels;
}

/// Adds U(0, most) to every pixel; the sum is not clipped.
inline images add_noise(const images& clean, float most, strata::seed s, std::uint64_t stream) {
    images noise(clean.shape());
    strata::fill_uniform({noise.data(), noise.size()}, 0.0f, most, s, stream);
    return clean + noise;
}

inline image_pairs with_noise(const labelled_images& set, float most, strata::seed s, std::uint64_t stream) {
    const images clean = as_images(set);
    return {clean, add_noise(clean, most, s, stream)};
}

inline std::span<const float> pixels_of(const images& all, std::size_t i) {
    return {&all(i, 0, 0, 0), 28 * 28};
}

} // namespace examples
