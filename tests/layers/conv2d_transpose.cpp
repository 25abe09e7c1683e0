// conv2d_transpose: sizes by Keras's rules, values worked out by hand, and gradients.
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/relu.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

// Sizes. valid: n s + max(k - s, 0); same: n s.
static_assert(conv2d_transpose<4, 3>::output(shape<5, 6, 2>) == shape<7, 8, 4>);
static_assert(conv2d_transpose<4, 3, same>::output(shape<5, 6, 2>) == shape<5, 6, 4>);
static_assert(conv2d_transpose<4, 3, stride<2>>::output(shape<5, 6, 2>) == shape<11, 13, 4>);
static_assert(conv2d_transpose<4, 3, stride<2>, same>::output(shape<14, 14, 2>) == shape<28, 28, 4>);
static_assert(conv2d_transpose<4, 2, stride<2>>::output(shape<5, 6, 2>) == shape<10, 12, 4>);
static_assert(conv2d_transpose<4, 1, stride<3>>::output(shape<2, 3, 2>) == shape<6, 9, 4>);
static_assert(conv2d_transpose<4, 1, stride<3>, same>::output(shape<2, 3, 2>) == shape<6, 9, 4>);
static_assert(conv2d_transpose<4, kernel<4, 3>, stride<2, 3>>::output(shape<3, 4, 2>) == shape<8, 12, 4>);
// With output_padding p: valid: (n - 1) s + k + p; same: (n - 1) s + k - 2 floor(k / 2) + p.
static_assert(conv2d_transpose<4, 3, stride<2>, output_padding<0>>::output(shape<6, 6, 2>) ==
              shape<13, 13, 4>);
static_assert(conv2d_transpose<4, 3, stride<2>, output_padding<1>>::output(shape<6, 6, 2>) ==
              shape<14, 14, 4>);
static_assert(conv2d_transpose<4, 1, stride<3>, output_padding<0>>::output(shape<2, 3, 2>) == shape<4, 7, 4>);
static_assert(conv2d_transpose<4, 1, stride<3>, output_padding<2, 1>>::output(shape<2, 3, 2>) ==
              shape<6, 8, 4>);
static_assert(conv2d_transpose<4, 3, stride<2>, same, output_padding<0>>::output(shape<7, 7, 2>) ==
              shape<13, 13, 4>);
static_assert(conv2d_transpose<4, 3, stride<2>, same, output_padding<1>>::output(shape<7, 7, 2>) ==
              shape<14, 14, 4>);
static_assert(conv2d_transpose<4, 4, stride<2>, same, output_padding<1>>::output(shape<7, 7, 2>) ==
              shape<13, 13, 4>);
// With padding q, PyTorch's: (n - 1) s + k + p - 2 q.
static_assert(conv2d_transpose<4, 4, stride<2>, padding<1>>::output(shape<5, 6, 2>) == shape<10, 12, 4>);
static_assert(conv2d_transpose<4, 3, stride<2>, padding<1>, output_padding<1>>::output(shape<5, 6, 2>) ==
              shape<10, 12, 4>);
static_assert(conv2d_transpose<4, kernel<3, 5>, padding<0, 2>>::output(shape<5, 6, 2>) == shape<7, 6, 4>);

// What it does not take.
static_assert(conv2d_transpose<4, 3>::accepts(shape<1, 1, 1>) == layer_error::none);
static_assert(conv2d_transpose<4, 3>::accepts(shape<288>) == layer_error::needs_image);
static_assert(conv2d_transpose<4, 3, dilation<2>>::accepts(shape<3, 3, 1>) == layer_error::own);
static_assert(conv2d_transpose<4, 3, groups<2>>::accepts(shape<3, 3, 2>) == layer_error::own);
static_assert(conv2d_transpose<4, 3, padding<4>>::accepts(shape<3, 3, 1>) == layer_error::nothing_left);
static_assert(conv2d_transpose<0, 3>::accepts(shape<1, 1, 1>) == layer_error::nothing_left);
static_assert(conv2d_transpose<4, kernel<0, 3>>::accepts(shape<1, 1, 1>) == layer_error::nothing_left);
static_assert(conv2d_transpose<4, 3, stride<0>>::accepts(shape<1, 1, 1>) == layer_error::nothing_left);
static_assert(conv2d_transpose<4, 3, stride<2>, output_padding<2>>::accepts(shape<1, 1, 1>) ==
              layer_error::nothing_left);
static_assert(conv2d_transpose<4, 3, stride<2>, output_padding<1, 2>>::accepts(shape<1, 1, 1>) ==
              layer_error::nothing_left);
static_assert(conv2d_transpose<4, 4, same, output_padding<0>>::accepts(shape<1, 1, 1>) ==
              layer_error::nothing_left); // 0 + 4 - 4 rows

// Parameters: Keras's order, filters before channels.
constexpr parameter_list parameters = conv2d_transpose<32, kernel<3, 5>>::parameters(shape<9, 9, 7>);
static_assert(parameters.size == 2);
static_assert(parameters.items[0].logical == shape<3, 5, 32, 7>);
static_assert(parameters.items[1].logical == shape<32>);

const std::vector<float> to_four{1, 2, 3, 4};

TEST_CASE("conv2d_transpose by hand: windows that overlap add up") {
    struct net : network<input<2, 2, 1>, conv2d_transpose<1, 2>> {};
    CHECK(run<net>({{1, 2, 3, 4}, {0}}, to_four) == std::vector<float>{1, 4, 4, 6, 20, 16, 9, 24, 16});
}

TEST_CASE("conv2d_transpose by hand: windows side by side, and apart with the bias between") {
    struct beside : network<input<2, 2, 1>, conv2d_transpose<1, 2, stride<2>>> {};
    CHECK(run<beside>({{1, 2, 3, 4}, {100}}, to_four) ==
          std::vector<float>{101, 102, 102, 104, 103, 104, 106, 108, 103, 106, 104, 108, 109, 112, 112, 116});
    struct apart : network<input<2, 1, 1>, conv2d_transpose<1, 1, stride<2, 3>>> {};
    CHECK(run<apart>({{10}, {5}}, {1, 2}) == std::vector<float>{15, 5, 5, 5, 5, 5, 25, 5, 5, 5, 5, 5});
}

TEST_CASE(
    "conv2d_transpose by hand: same cuts the canvas, the odd pixel after; output_padding lengthens it") {
    const std::vector<float> three(3, 1.0f);
    struct strided : network<input<1, 2, 1>, conv2d_transpose<1, kernel<1, 3>, stride<1, 2>, same>> {};
    CHECK(run<strided>({three, {0}}, {1, 10}) == std::vector<float>{1, 1, 11, 10});
    struct centred : network<input<1, 3, 1>, conv2d_transpose<1, kernel<1, 3>, same>> {};
    CHECK(run<centred>({three, {0}}, {1, 10, 100}) == std::vector<float>{11, 111, 110});
    struct padded : network<input<1, 2, 1>, conv2d_transpose<1, kernel<1, 3>, stride<1, 2>, padding<0, 1>>> {
    };
    CHECK(run<padded>({{1, 2, 3}, {0}}, {1, 10}) == std::vector<float>{2, 13, 20});
    struct padded_and_longer
        : network<input<1, 2, 1>,
                  conv2d_transpose<1, kernel<1, 3>, stride<1, 2>, padding<0, 1>, output_padding<0, 1>>> {};
    CHECK(run<padded_and_longer>({{1, 2, 3}, {0}}, {1, 10}) == std::vector<float>{2, 13, 20, 30});
    struct longer
        : network<input<1, 2, 1>, conv2d_transpose<1, kernel<1, 3>, stride<1, 2>, output_padding<0, 1>>> {};
    CHECK(run<longer>({three, {0}}, {1, 10}) == std::vector<float>{1, 1, 11, 10, 10, 0});
}

TEST_CASE("conv2d_transpose by hand: channels and filters, several samples, and relu behind") {
    struct net : network<input<1, 1, 2>, conv2d_transpose<2, 1>> {};
    // Filter 0 is (1, 2) by channel, filter 1 is (3, 4).
    CHECK(run<net>({{1, 2, 3, 4}, {0, 1000}}, {5, 6, -1, 1}) == std::vector<float>{17, 1039, 1, 1001});
    struct cut : network<input<1, 1, 1>, conv2d_transpose<2, kernel<1, 2>>, relu> {};
    CHECK(run<cut>({{1, -1, -2, 3}, {0, 0}}, {2, -1}) == std::vector<float>{2, 0, 0, 6, 0, 1, 2, 0});
}

TEST_CASE("conv2d_transpose describes itself") {
    CHECK(conv2d_transpose<32, 3, stride<2>, valid, output_padding<1>>::describe() ==
          "conv2d_transpose 32, 3x3, stride 2x2, output padding 1x1");
}

TEST_CASE("gradients of conv2d_transpose") {
    struct least : network<input<1, 1, 1>, conv2d_transpose<1, 1>> {};
    gradients_are_right<least>();
    struct narrow : network<input<3, 2, 5>, conv2d_transpose<3, kernel<3, 2>, stride<2, 1>, same>> {};
    gradients_are_right<narrow>();
    struct wide : network<input<2, 3, 3>, conv2d_transpose<17, kernel<2, 3>, stride<2>, output_padding<1>>> {
    };
    gradients_are_right<wide, 2>();
    struct gaps : network<input<2, 2, 17>, conv2d_transpose<2, 2, stride<3>>> {};
    gradients_are_right<gaps, 5>();
    struct padded : network<input<3, 2, 3>,
                            conv2d_transpose<5, kernel<3, 4>, stride<2>, padding<1>, output_padding<1, 0>>> {
    };
    gradients_are_right<padded, 2>();
    struct padded_much : network<input<4, 3, 1>, conv2d_transpose<2, 2, stride<2>, padding<3, 2>>> {};
    gradients_are_right<padded_much, 3>();
    struct cut : network<input<2, 2, 2>, conv2d_transpose<3, 2>, relu> {};
    gradients_are_right<cut, 2>();
}

} // namespace
