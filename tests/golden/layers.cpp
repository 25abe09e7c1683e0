// Single layers of odd shapes against PyTorch: output, loss and all gradients; layers.py made the values.
#include "golden.hpp"

namespace {

using namespace strata;

struct convolution : network<input<9, 7, 5>, conv2d<19, kernel<2, 3>, stride<2, 1>, same>> {};
struct convolution_same_even : network<input<8, 11, 3>, conv2d<17, kernel<4, 5>, stride<3, 2>, same>> {};
struct convolution_with_gaps : network<input<11, 10, 2>, conv2d<5, kernel<2, 1>, stride<3, 4>, valid>> {};
struct convolution_padded : network<input<6, 7, 5>, conv2d<19, kernel<3, 2>, stride<2, 1>, padding<1, 2>>> {};
struct convolution_dilated
    : network<input<7, 9, 5>, conv2d<19, kernel<3, 2>, dilation<2, 3>, padding<1, 2>>> {};
struct convolution_dilated_strided : network<input<8, 9, 17>, conv2d<3, 3, stride<2, 3>, dilation<2>, same>> {
};
struct convolution_depthwise : network<input<7, 6, 19>, conv2d<19, 3, stride<2, 1>, padding<1>, groups<19>>> {
};
struct convolution_of_small_groups
    : network<input<6, 7, 6>, conv2d<21, kernel<3, 2>, dilation<2, 1>, same, groups<3>>> {};
struct convolution_of_large_groups
    : network<input<5, 6, 18>, conv2d<34, kernel<2, 3>, stride<1, 2>, groups<2>>> {};
struct transposed
    : network<input<3, 4, 5>, conv2d_transpose<7, kernel<4, 3>, stride<2, 3>, valid, output_padding<1, 2>>> {
};
struct transposed_same : network<input<5, 3, 18>, conv2d_transpose<3, kernel<5, 4>, stride<2, 3>, same>> {};
struct transposed_with_gaps
    : network<input<3, 2, 4>, conv2d_transpose<5, kernel<1, 2>, stride<2, 3>, valid, output_padding<1>>> {};
struct transposed_padded
    : network<input<3, 4, 5>,
              conv2d_transpose<7, kernel<3, 4>, stride<2, 3>, padding<1, 2>, output_padding<1, 0>>> {};
struct pool : network<input<9, 8, 5>, max_pool2d<3, stride<2>>> {};
struct pool_padded : network<input<7, 6, 5>, max_pool2d<3, stride<2>, padding<1>>> {};
struct mean_pool : network<input<9, 8, 5>, average_pool2d<kernel<3, 2>, stride<2, 1>>> {};
struct mean_pool_padded
    : network<input<7, 6, 17>, average_pool2d<kernel<3, 2>, stride<2, 3>, padding<1, 0>>> {};
struct global_mean : network<input<5, 3, 19>, global_average_pool2d> {};
struct framed : network<input<3, 4, 5>, zero_pad2d<1, 2, 3, 0>> {};
struct enlarged : network<input<3, 4, 17>, upsample2d<2, 3, bilinear>> {};
struct enlarged_more : network<input<3, 4, 17>, upsample2d<5, 4, bilinear>> {};
struct dense_tanh : network<input<17>, dense<33>, strata::tanh> {};
struct dense_sigmoid : network<input<17>, dense<33>, sigmoid> {};
struct dense_elu : network<input<17>, dense<33>, elu<>> {};
struct dense_gelu : network<input<17>, dense<33>, gelu> {};
struct dense_softplus : network<input<17>, dense<33>, softplus> {};
struct dense_softmax : network<input<17>, dense<33>, softmax> {};
struct dense_leaky_relu : network<input<17>, dense<33>, leaky_relu<0.2>> {};
struct dense_silu : network<input<17>, dense<33>, silu> {};
struct dense_clip : network<input<17>, dense<33>, clip<-0.5, 0.75>> {};
struct dense_prelu : network<input<17>, dense<33>, prelu> {};
struct image_prelu : network<input<5, 3, 7>, prelu> {};
struct batch_normalized : network<input<17>, batch_norm<>, strata::tanh, dense<5>> {};
struct batch_normalized_image : network<input<5, 3, 19>, batch_norm<>> {};
struct layer_normalized : network<input<17>, layer_norm<>, strata::tanh, dense<5>> {};
struct layer_normalized_image : network<input<3, 2, 19>, layer_norm<>> {};
struct group_normalized : network<input<18>, group_norm<3>, strata::tanh, dense<5>> {};
template <std::size_t Groups>
struct group_normalized_image : network<input<5, 3, 18>, group_norm<Groups>> {};
struct tied : network<input<19>, mark<"first">, dense<7>, strata::tanh, tied_dense<19, "first">> {};
struct frozen_middle : network<input<11>, dense<17>, frozen<dense<19>>, strata::tanh, dense<3>> {};
struct frozen_start : network<input<11>, frozen<dense<17>, strata::tanh>, mark<"code">, dense<3>> {};

const golden::file& values() {
    static const golden::file read{STRATA_GOLDEN "/layers.f64"};
    return read;
}

TEST_CASE("conv2d computes what PyTorch computes") {
    golden::check_network<convolution, 3>(values(), "conv2d");
    golden::check_network<convolution_same_even, 2>(values(), "conv2d_same_even");
    golden::check_network<convolution_with_gaps, 2>(values(), "conv2d_gaps");
    golden::check_network<convolution_padded, 2>(values(), "conv2d_padded");
    golden::check_network<convolution_dilated, 2>(values(), "conv2d_dilated");
    golden::check_network<convolution_dilated_strided, 2>(values(), "conv2d_dilated_strided");
    golden::check_network<convolution_depthwise, 2>(values(), "conv2d_depthwise");
    golden::check_network<convolution_of_small_groups, 2>(values(), "conv2d_small_groups");
    golden::check_network<convolution_of_large_groups, 2>(values(), "conv2d_large_groups");
}

TEST_CASE("conv2d_transpose computes what PyTorch computes") {
    golden::check_network<transposed, 3>(values(), "conv2d_transpose");
    golden::check_network<transposed_same, 2>(values(), "conv2d_transpose_same");
    golden::check_network<transposed_with_gaps, 2>(values(), "conv2d_transpose_gaps");
    golden::check_network<transposed_padded, 2>(values(), "conv2d_transpose_padded");
}

TEST_CASE("pooling with overlapping windows and padding computes what PyTorch computes") {
    golden::check_network<pool, 3>(values(), "max_pool2d");
    golden::check_network<pool_padded, 3>(values(), "max_pool2d_padded");
    golden::check_network<mean_pool, 3>(values(), "average_pool2d");
    golden::check_network<mean_pool_padded, 2>(values(), "average_pool2d_padded");
    golden::check_network<global_mean, 3>(values(), "global_average_pool2d");
}

TEST_CASE("zero_pad2d and bilinear upsample2d compute what PyTorch computes") {
    golden::check_network<framed, 2>(values(), "zero_pad2d");
    golden::check_network<enlarged, 2>(values(), "upsample2d_bilinear");
    golden::check_network<enlarged_more, 2>(values(), "upsample2d_bilinear_large");
}

TEST_CASE("dense with each activation computes what PyTorch computes") {
    golden::check_network<dense_tanh, 5>(values(), "dense_tanh");
    golden::check_network<dense_sigmoid, 5>(values(), "dense_sigmoid");
    golden::check_network<dense_elu, 5>(values(), "dense_elu");
    golden::check_network<dense_gelu, 5>(values(), "dense_gelu");
    golden::check_network<dense_softplus, 5>(values(), "dense_softplus");
    golden::check_network<dense_softmax, 5>(values(), "dense_softmax");
    golden::check_network<dense_leaky_relu, 5>(values(), "dense_leaky_relu");
    golden::check_network<dense_silu, 5>(values(), "dense_silu");
    golden::check_network<dense_clip, 5>(values(), "dense_clip");
    golden::check_network<dense_prelu, 5>(values(), "prelu");
    golden::check_network<image_prelu, 3>(values(), "prelu_image");
}

TEST_CASE("normalizations compute what PyTorch computes, and move their statistics as it does") {
    golden::check_network<batch_normalized, 7>(values(), "batch_norm");
    golden::check_network<batch_normalized_image, 3>(values(), "batch_norm_image");
    golden::check_network<layer_normalized, 5>(values(), "layer_norm");
    golden::check_network<layer_normalized_image, 3>(values(), "layer_norm_image");
    golden::check_network<group_normalized, 5>(values(), "group_norm");
    golden::check_network<group_normalized_image<1>, 3>(values(), "group_norm_image_1");
    golden::check_network<group_normalized_image<6>, 3>(values(), "group_norm_image_6");
    golden::check_network<group_normalized_image<18>, 3>(values(), "group_norm_image_18");
}

TEST_CASE("tied and frozen layers learn what PyTorch's learn") {
    golden::check_network<tied, 5>(values(), "tied");
    golden::check_network<frozen_middle, 5>(values(), "frozen_middle");
    golden::check_network<frozen_start, 5>(values(), "frozen_start");
}

} // namespace
