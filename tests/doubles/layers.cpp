// Every layer in double: its gradients agree with central differences to 1e-7, which in float they cannot.
#include "strata/core.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <utility>

namespace {

using namespace strata;

/// At weights and inputs of one seed and of another. Returns the larger error, or more than any if nothing was compared.
template <class Net, std::size_t Rows = 3>
void check(const gradient_check_options& options = {}) {
    for (const std::uint64_t number : {1u, 2u}) {
        gradient_check_options with_seed = options;
        with_seed.seed = seed{number};
        const gradient_report report = check_gradients<Net, double, Rows>(with_seed);
        INFO(describe<Net>());
        INFO(report.where << " " << report.all_zero << " " << report.misplaced);
        CHECK(report.worst <= 1e-7);
        CHECK(report.passed(1e-7));
    }
}

template <std::size_t In, std::size_t Units>
struct one_dense : network<input<In>, dense<Units>> {};

/// Around the widths of a vector and of a line.
template <std::size_t Units>
void check_dense() {
    check<one_dense<1, Units>, 1>();
    check<one_dense<7, Units>, 2>();
    check<one_dense<16, Units>, 5>();
    check<one_dense<17, Units>, 13>();
    check<one_dense<61, Units>, 3>();
}

TEST_CASE("dense") {
    check_dense<1>();
    check_dense<3>();
    check_dense<16>();
    check_dense<17>();
    check_dense<33>();
    check<one_dense<31, 70>, 37>();
}

template <class Layer, std::size_t Width>
struct one_function : network<input<Width>, Layer> {};

template <class Layer>
struct image_function : network<input<3, 5, 7>, Layer> {};

template <class Layer>
void check_function(const gradient_check_options& options = {}) {
    check<one_function<Layer, 1>, 5>(options);
    check<one_function<Layer, 3>>(options);
    check<one_function<Layer, 4>>(options);
    check<one_function<Layer, 17>>(options);
}

TEST_CASE("activations") {
    check_function<relu>();
    check_function<leaky_relu<0.1>>();
    check_function<elu<>>();
    check_function<elu<0.5>>();
    check_function<strata::tanh>({.input_range = 3.0f});
    check_function<sigmoid>({.input_range = 5.0f});
    check_function<softplus>({.input_range = 5.0f});
    check_function<gelu>({.input_range = 3.0f});
    check_function<silu>({.input_range = 5.0f});
    check_function<clip<-0.5, 0.25>>();
    check_function<prelu>();
    check<image_function<prelu>>();
}

struct softmax_flat : network<input<13>, softmax> {};
struct softmax_image : network<input<2, 3, 5>, softmax> {};

TEST_CASE("softmax") {
    check<softmax_flat>({.input_range = 3.0f});
    check<softmax_image>({.input_range = 3.0f});
}

struct batch_normalized : network<input<17>, batch_norm<>, strata::tanh, dense<5>> {};
struct batch_normalized_image : network<input<3, 5, 7>, batch_norm<>, strata::tanh> {};
struct layer_normalized : network<input<17>, layer_norm<>, strata::tanh, dense<5>> {};
struct layer_normalized_image : network<input<3, 5, 7>, layer_norm<>, strata::tanh> {};
struct group_normalized : network<input<18>, group_norm<3>, strata::tanh, dense<5>> {};
struct group_normalized_image : network<input<3, 5, 8>, group_norm<4>, strata::tanh> {};

TEST_CASE("normalizations") {
    check<group_normalized>();
    check<group_normalized_image>();
    check<batch_normalized, 11>();
    check<batch_normalized_image, 5>();
    check<layer_normalized>();
    check<layer_normalized_image>();
}

struct convolution : network<input<7, 5, 3>, conv2d<5, 3, same>> {};
struct convolution_valid : network<input<9, 7, 5>, conv2d<19, kernel<2, 3>, stride<2, 1>, valid>> {};
struct convolution_of_one : network<input<5, 5, 1>, conv2d<1, 3, stride<2>, same>> {};
struct convolution_padded : network<input<6, 7, 3>, conv2d<17, 3, stride<2>, padding<1>>> {};
struct convolution_dilated : network<input<7, 8, 3>, conv2d<17, 3, dilation<2, 1>, stride<1, 2>, same>> {};
struct convolution_depthwise : network<input<5, 6, 17>, conv2d<17, 3, stride<2>, groups<17>, same>> {};
struct convolution_of_small_groups
    : network<input<6, 5, 6>, conv2d<15, kernel<3, 2>, groups<3>, dilation<2>>> {};
struct convolution_of_large_groups : network<input<5, 4, 18>, conv2d<34, 2, groups<2>, padding<1>>> {};
struct convolution_wide : network<input<4, 5, 17>, conv2d<33, kernel<3, 2>, same>> {};

// By Winograd's algorithm, all three passes or some.
struct convolution_fast : network<input<7, 8, 17>, conv2d<16, 3, same>, relu> {};
struct convolution_fast_valid : network<input<9, 11, 16>, conv2d<18, 3>> {};
struct convolution_fast_padded : network<input<6, 7, 16>, relu, conv2d<16, 3, padding<2>>> {};
struct convolution_fast_far : network<input<5, 6, 16>, conv2d<16, 3, padding<3>>> {};
struct convolution_fast_small : network<input<4, 5, 64>, conv2d<48, 3, same>> {};

TEST_CASE("conv2d") {
    check<convolution_fast, 2>();
    check<convolution_fast_valid, 5>();
    check<convolution_fast_padded>();
    check<convolution_fast_far, 2>();
    check<convolution_fast_small, 1>();
    check<convolution>();
    check<convolution_valid, 2>();
    check<convolution_of_one, 5>();
    check<convolution_wide, 2>();
    check<convolution_depthwise, 2>();
    check<convolution_of_small_groups, 2>();
    check<convolution_of_large_groups, 2>();
    check<convolution_dilated, 2>();
    check<convolution_padded, 2>();
}

struct transposed
    : network<input<3, 4, 5>, conv2d_transpose<7, kernel<4, 3>, stride<2, 3>, valid, output_padding<1, 2>>> {
};
struct transposed_to_one : network<input<4, 3, 17>, conv2d_transpose<1, 3, stride<2>, same>> {};
struct transposed_wide : network<input<3, 3, 5>, conv2d_transpose<19, 3, stride<2>, same>> {};
struct transposed_with_gaps
    : network<input<3, 2, 4>, conv2d_transpose<5, kernel<1, 2>, stride<2, 3>, valid, output_padding<1>>> {};

TEST_CASE("conv2d_transpose") {
    check<transposed, 2>();
    check<transposed_to_one>();
    check<transposed_wide, 2>();
    check<transposed_with_gaps>();
}

struct pooled : network<input<9, 8, 5>, max_pool2d<3, stride<2>>> {};
struct pooled_apart : network<input<6, 4, 3>, max_pool2d<2>> {};
struct pooled_padded : network<input<7, 6, 5>, max_pool2d<3, stride<2>, padding<1>>> {};
struct averaged : network<input<9, 8, 5>, average_pool2d<3, stride<2>>> {};
struct averaged_apart : network<input<6, 5, 3>, average_pool2d<2>> {};
struct averaged_padded : network<input<7, 6, 17>, average_pool2d<kernel<3, 2>, padding<1, 0>>> {};
struct averaged_over_all : network<input<5, 3, 9>, global_average_pool2d> {};
struct enlarged : network<input<3, 2, 5>, upsample2d<2>> {};
struct enlarged_unevenly : network<input<3, 2, 5>, upsample2d<3, 2>> {};
struct enlarged_between : network<input<3, 4, 5>, upsample2d<2, 3, bilinear>> {};
struct framed : network<input<3, 2, 5>, zero_pad2d<1, 0, 2, 3>> {};
struct shaped : network<input<2, 3, 5>, flatten, reshape<5, 6>, flatten, dense<3>> {};

TEST_CASE("pooling, upsampling and shapes") {
    check<pooled, 2>();
    check<pooled_apart>();
    check<pooled_padded>();
    check<averaged, 2>();
    check<averaged_apart>();
    check<averaged_padded>();
    check<averaged_over_all>();
    check<enlarged>();
    check<enlarged_unevenly>();
    check<enlarged_between>();
    check<framed>();
    check<shaped>();
}

struct tied : network<input<19>, mark<"first">, dense<7>, strata::tanh, tied_dense<19, "first">> {};
struct frozen_start : network<input<11>, frozen<dense<17>, strata::tanh>, dense<3>> {};
struct dropped : network<input<19>, dropout<0.3>, dense<5>> {};
struct noisy : network<input<300>, gaussian_noise<0.2>, strata::tanh> {};
struct sampled : network<input<34>, sample_gaussian, dense<5>> {};

TEST_CASE("tied, frozen and random layers") {
    check<tied>();
    check<frozen_start>();
    check<dropped>();
    check<noisy>({.per_tensor = 100});
    check<sampled>();
}

struct convolutions_and_norms
    : network<input<8, 8, 2>, conv2d<5, 3, same>, relu, batch_norm<>, conv2d_transpose<3, 3, stride<2>, same>,
              elu<>, max_pool2d<2>, upsample2d<2>, flatten, dense<9>, layer_norm<>, strata::tanh, dense<5>,
              gelu, dense<3>, softplus> {};

TEST_CASE("many layers together") { check<convolutions_and_norms, 4>({.per_tensor = 40}); }

} // namespace
