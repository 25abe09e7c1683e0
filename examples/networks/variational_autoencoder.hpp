// The variational autoencoder of the examples, its parts and its two losses.
#pragma once

#include "strata/core.hpp"

#include <cmath>
#include <cstddef>
#include <span>
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

/// Codes of 2 numbers on a square grid of `side` by `side`, row by row, whose cells are equally likely under the unit Gaussian.
inline std::vector<float> grid_codes(std::size_t side) {
    std::vector<float> quantiles(side);
    for (std::size_t i = 0; i < side; ++i)
        quantiles[i] = (2.0f * static_cast<float>(i) + 1.0f) / static_cast<float>(side) - 1.0f;
    strata::kernels::uniform_to_normal<strata::arch>(side, quantiles.data(), 0.0f, 1.0f);
    std::vector<float> codes;
    for (std::size_t row = 0; row < side; ++row)
        for (const float x : quantiles) codes.insert(codes.end(), {x, quantiles[side - 1 - row]});
    return codes;
}

} // namespace examples
