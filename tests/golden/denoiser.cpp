// The denoising autoencoder against PyTorch: output, loss and all gradients; denoiser.py made the values.
#include "golden.hpp"

namespace {

using namespace strata;

struct denoiser
    : network<input<28, 28, 1>, conv2d<32, 3, stride<2>, same>, relu, conv2d<32, 3, stride<2>, valid>, relu,
              max_pool2d<2>, flatten, dense<32>, relu, mark<"code">, dense<288>, relu, reshape<3, 3, 32>,
              upsample2d<2>, conv2d_transpose<32, 3, stride<2>, valid, output_padding<1>>, relu,
              conv2d_transpose<1, 3, stride<2>, same>, relu> {};

TEST_CASE("the denoiser computes what PyTorch computes") {
    golden::check_network<denoiser, 3>(golden::file{STRATA_GOLDEN "/denoiser.f64"}, "denoiser");
}

} // namespace
