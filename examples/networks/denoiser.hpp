// The denoising convolutional autoencoder of the examples and benchmarks, and its two halves.
#pragma once

#include "strata/core.hpp"

namespace examples {

/// 28 x 28 grey pixels to 32 numbers and back.
// clang-format off
struct denoiser
    : strata::network<
          strata::input<28, 28, 1>, // height, width, channels
          strata::conv2d<32, 3, strata::stride<2>, strata::same>, strata::relu,
          strata::conv2d<32, 3, strata::stride<2>, strata::valid>, strata::relu,
          strata::max_pool2d<2>,
          strata::flatten,
          strata::dense<32>, strata::relu,
          strata::mark<"code">,
          strata::dense<288>, strata::relu,
          strata::reshape<3, 3, 32>,
          strata::upsample2d<2>,
          strata::conv2d_transpose<32, 3, strata::stride<2>, strata::valid, strata::output_padding<1>>, strata::relu,
          strata::conv2d_transpose<1, 3, strata::stride<2>, strata::same>, strata::relu> {};
// clang-format on

using encoder = strata::until<denoiser, "code">;
using decoder = strata::from<denoiser, "code">;

static_assert(encoder::output == strata::shape<32> && decoder::output == denoiser::input);

} // namespace examples
