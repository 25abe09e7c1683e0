// Single layers of odd shapes against PyTorch: output, loss and all gradients; layers.py made the values.
#include "golden.hpp"

namespace {

using namespace strata;

struct convolution : network<input<9, 7, 5>, conv2d<19, size2d{2, 3}, stride<2, 1>, same>> {};
struct convolution_same_even : network<input<8, 11, 3>, conv2d<17, size2d{4, 5}, stride<3, 2>, same>> {};
struct convolution_with_gaps : network<input<11, 10, 2>, conv2d<5, size2d{2, 1}, stride<3, 4>, valid>> {};
struct transposed
    : network<input<3, 4, 5>, conv2d_transpose<7, size2d{4, 3}, stride<2, 3>, valid, output_padding<1, 2>>> {
};
struct transposed_same : network<input<5, 3, 18>, conv2d_transpose<3, size2d{5, 4}, stride<2, 3>, same>> {};
struct transposed_with_gaps
    : network<input<3, 2, 4>, conv2d_transpose<5, size2d{1, 2}, stride<2, 3>, valid, output_padding<1>>> {};
struct pool : network<input<9, 8, 5>, max_pool2d<3, stride<2>>> {};
struct dense_tanh : network<input<17>, dense<33>, strata::tanh> {};
struct dense_sigmoid : network<input<17>, dense<33>, sigmoid> {};

const golden::file& values() {
    static const golden::file read{STRATA_GOLDEN "/layers.f32"};
    return read;
}

TEST_CASE("conv2d computes what PyTorch computes") {
    golden::check_network<convolution, 3>(values(), "conv2d");
    golden::check_network<convolution_same_even, 2>(values(), "conv2d_same_even");
    golden::check_network<convolution_with_gaps, 2>(values(), "conv2d_gaps");
}

TEST_CASE("conv2d_transpose computes what PyTorch computes") {
    golden::check_network<transposed, 3>(values(), "conv2d_transpose");
    golden::check_network<transposed_same, 2>(values(), "conv2d_transpose_same");
    golden::check_network<transposed_with_gaps, 2>(values(), "conv2d_transpose_gaps");
}

TEST_CASE("max_pool2d with overlapping windows computes what PyTorch computes") {
    golden::check_network<pool, 3>(values(), "max_pool2d");
}

TEST_CASE("dense with tanh and with sigmoid computes what PyTorch computes") {
    golden::check_network<dense_tanh, 5>(values(), "dense_tanh");
    golden::check_network<dense_sigmoid, 5>(values(), "dense_sigmoid");
}

} // namespace
