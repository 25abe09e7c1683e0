// conv2d: sizes by Keras's rules, values worked out by hand, and gradients.
#include "strata/layers/conv2d.hpp"
#include "strata/layers/conv2d_transpose.hpp"
#include "strata/layers/max_pool2d.hpp"
#include "strata/layers/relu.hpp"
#include "strata/model/copy_weights.hpp"
#include "strata/model/predict.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace {

using namespace strata;

// Sizes. valid: floor((n - k) / s) + 1; same: ceil(n / s).
static_assert(conv2d<4, 3>::output(shape<28, 28, 1>) == shape<26, 26, 4>);
static_assert(conv2d<4, 3, valid>::output(shape<28, 28, 1>) == shape<26, 26, 4>);
static_assert(conv2d<4, 3, same>::output(shape<28, 28, 1>) == shape<28, 28, 4>);
static_assert(conv2d<4, 3, stride<2>, same>::output(shape<28, 28, 1>) == shape<14, 14, 4>);
static_assert(conv2d<4, 3, same, stride<2>>::output(shape<28, 28, 1>) == shape<14, 14, 4>);
static_assert(conv2d<4, 3, stride<2>, valid>::output(shape<14, 14, 32>) == shape<6, 6, 4>);
static_assert(conv2d<4, 3, stride<2>, same>::output(shape<15, 15, 1>) == shape<8, 8, 4>);
static_assert(conv2d<4, 3, stride<3>, same>::output(shape<7, 8, 1>) == shape<3, 3, 4>);
static_assert(conv2d<4, 3, stride<3>>::output(shape<8, 9, 1>) == shape<2, 3, 4>);
static_assert(conv2d<4, kernel<3, 5>>::output(shape<7, 7, 2>) == shape<5, 3, 4>);
static_assert(conv2d<4, 3, stride<1, 2>>::output(shape<7, 7, 2>) == shape<5, 3, 4>);
static_assert(conv2d<4, 1, stride<4>>::output(shape<9, 8, 2>) == shape<3, 2, 4>);
static_assert(conv2d<4, 5, same>::output(shape<2, 3, 2>) == shape<2, 3, 4>);
static_assert(conv2d<1, 1>::output(shape<1, 1, 1>) == shape<1, 1, 1>);

static_assert(conv2d<4, 3, padding<1>>::output(shape<28, 28, 1>) == shape<28, 28, 4>);
static_assert(conv2d<4, 3, stride<2>, padding<1>>::output(shape<28, 27, 1>) == shape<14, 14, 4>);
static_assert(conv2d<4, kernel<3, 5>, padding<0, 2>>::output(shape<7, 7, 2>) == shape<5, 7, 4>);
static_assert(conv2d<4, 3, padding<1>>::output(shape<1, 1, 2>) == shape<1, 1, 4>);
static_assert(conv2d<4, 1, padding<3>>::output(shape<1, 2, 2>) == shape<7, 8, 4>);

static_assert(conv2d<4, 3, dilation<2>>::output(shape<9, 8, 1>) == shape<5, 4, 4>);
static_assert(conv2d<4, 3, dilation<2, 1>, padding<2, 1>>::output(shape<9, 8, 1>) == shape<9, 8, 4>);
static_assert(conv2d<4, 3, dilation<3>, same, stride<2>>::output(shape<9, 8, 1>) == shape<5, 4, 4>);
static_assert(conv2d<4, 3, dilation<3>>::parameters(shape<9, 8, 2>).items[0].logical == shape<3, 3, 2, 4>);

static_assert(conv2d<12, 3, groups<4>>::output(shape<9, 8, 8>) == shape<7, 6, 12>);

// What it does not take.
static_assert(conv2d<12, 3, groups<4>>::accepts(shape<9, 9, 8>) == layer_error::none);
static_assert(conv2d<12, 3, groups<4>>::accepts(shape<9, 9, 6>) == layer_error::own);
static_assert(conv2d<10, 3, groups<4>>::accepts(shape<9, 9, 8>) == layer_error::own);
static_assert(conv2d<4, 3, groups<0>>::accepts(shape<9, 9, 4>) == layer_error::nothing_left);
static_assert(conv2d<4, 3, dilation<0>>::accepts(shape<9, 9, 1>) == layer_error::nothing_left);
static_assert(conv2d<4, 3, dilation<2>>::accepts(shape<4, 9, 1>) == layer_error::window_larger_than_input);
static_assert(conv2d<4, 5, padding<1>>::accepts(shape<2, 3, 1>) == layer_error::window_larger_than_input);
static_assert(conv2d<4, 3, output_padding<1>>::accepts(shape<9, 9, 1>) == layer_error::own);
static_assert(conv2d<4, 3>::accepts(shape<28, 28, 1>) == layer_error::none);
static_assert(conv2d<4, 3>::accepts(shape<784>) == layer_error::needs_image);
static_assert(conv2d<4, 3>::accepts(shape<28, 28>) == layer_error::needs_image);
static_assert(conv2d<4, 3>::accepts(shape<2, 28, 1>) == layer_error::window_larger_than_input);
static_assert(conv2d<4, 3>::accepts(shape<28, 2, 1>) == layer_error::window_larger_than_input);
static_assert(conv2d<4, 3, same>::accepts(shape<2, 2, 1>) == layer_error::none);
static_assert(conv2d<0, 3>::accepts(shape<28, 28, 1>) == layer_error::nothing_left);
static_assert(conv2d<4, kernel<3, 0>>::accepts(shape<28, 28, 1>) == layer_error::nothing_left);
static_assert(conv2d<4, 3, stride<0>>::accepts(shape<28, 28, 1>) == layer_error::nothing_left);

// Parameters: Keras's order and fans.
static_assert(std::is_same_v<conv2d<4, kernel<3, 3>, same>, conv2d<4, 3, same>>);

constexpr parameter_list parameters = conv2d<32, kernel<3, 5>>::parameters(shape<9, 9, 7>);
static_assert(parameters.size == 2);
static_assert(parameters.items[0].logical == shape<3, 5, 7, 32>);
static_assert(parameters.items[0].fan_in == 3 * 5 * 7);
static_assert(parameters.items[0].fan_out == 3 * 5 * 32);
static_assert(parameters.items[1].logical == shape<32>);
static_assert(parameters.items[1].fan_in == 0);

constexpr parameter_list of_groups = conv2d<32, 3, groups<4>>::parameters(shape<9, 9, 8>);
static_assert(of_groups.items[0].logical == shape<3, 3, 2, 32>);
static_assert(of_groups.items[0].fan_in == 3 * 3 * 2);
static_assert(of_groups.items[0].fan_out == 3 * 3 * 8);
static_assert(of_groups.items[1].logical == shape<32>);

const std::vector<float> to_nine{1, 2, 3, 4, 5, 6, 7, 8, 9};
const std::vector<float> to_sixteen{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

TEST_CASE("conv2d by hand: valid") {
    struct net : network<input<3, 3, 1>, conv2d<1, 2>> {};
    CHECK(run<net>({{1, 2, 3, 4}, {100}}, to_nine) == std::vector<float>{137, 147, 167, 177});
}

TEST_CASE("conv2d by hand: same puts the odd zero after the image") {
    struct even : network<input<3, 3, 1>, conv2d<1, 2, same>> {};
    CHECK(run<even>({{1, 2, 3, 4}, {0}}, to_nine) == std::vector<float>{37, 47, 21, 67, 77, 33, 23, 26, 9});
    struct strided : network<input<4, 4, 1>, conv2d<1, 3, stride<2>, same>> {};
    CHECK(run<strided>({std::vector<float>(9, 1.0f), {0}}, to_sixteen) == std::vector<float>{54, 45, 72, 54});
    struct odd : network<input<1, 3, 1>, conv2d<1, kernel<1, 3>, same>> {};
    CHECK(run<odd>({{1, 10, 100}, {0}}, {1, 2, 3}) == std::vector<float>{210, 321, 32});
}

TEST_CASE("conv2d by hand: padding puts zeros on both sides") {
    struct net : network<input<3, 3, 1>, conv2d<1, 2, stride<2>, padding<1>>> {};
    CHECK(run<net>({{1, 2, 3, 4}, {100}}, to_nine) == std::vector<float>{104, 118, 136, 177});
    struct beside : network<input<1, 1, 1>, conv2d<1, 1, padding<1>>> {};
    CHECK(run<beside>({{2}, {1}}, {5}) == std::vector<float>{1, 1, 1, 1, 11, 1, 1, 1, 1});
}

TEST_CASE("conv2d by hand: a dilated kernel leaves pixels out") {
    struct net : network<input<3, 3, 1>, conv2d<1, 2, dilation<2>>> {};
    CHECK(run<net>({{1, 10, 100, 1000}, {0}}, to_nine) == std::vector<float>{9731});
    struct wide : network<input<1, 4, 1>, conv2d<1, kernel<1, 2>, dilation<1, 2>, same>> {};
    CHECK(run<wide>({{1, 10}, {0}}, {1, 2, 3, 4}) == std::vector<float>{20, 31, 42, 3});
}

TEST_CASE("conv2d by hand: groups see their own channels alone") {
    struct depthwise : network<input<1, 2, 3>, conv2d<3, kernel<1, 2>, groups<3>>> {};
    CHECK(run<depthwise>({{1, 1, 2, 1, -1, 10}, {0, 100, 0}}, {1, 2, 3, 4, 5, 6}) ==
          std::vector<float>{5, 97, 66});
    struct pairs : network<input<1, 1, 4>, conv2d<2, 1, groups<2>>, relu> {};
    CHECK(run<pairs>({{1, 10, 2, 20}, {0, -1000}}, {1, 2, 3, 4, 1, 1, 50, 60}) ==
          std::vector<float>{5, 0, 3, 700});
    struct one : network<input<1, 1, 2>, conv2d<1, 1, groups<1>>> {};
    CHECK(run<one>({{1, 10}, {0}}, {1, 2}) == std::vector<float>{21});
}

TEST_CASE("conv2d by hand: strides by axis, and pixels that no window covers") {
    struct net : network<input<4, 4, 1>, conv2d<1, 1, stride<2, 3>>> {};
    CHECK(run<net>({{2}, {1}}, to_sixteen) == std::vector<float>{3, 9, 19, 25});
    struct wide : network<input<2, 3, 1>, conv2d<1, kernel<2, 1>, stride<2>>> {};
    CHECK(run<wide>({{1, 10}, {0}}, {1, 2, 3, 4, 5, 6}) == std::vector<float>{41, 63});
}

TEST_CASE("conv2d by hand: channels are rows of the weight matrix, filters its columns; several samples") {
    struct net : network<input<1, 1, 2>, conv2d<2, 1>> {};
    CHECK(run<net>({{1, 2, 3, 4}, {0, 1000}}, {5, 6, -1, 1, 0, 0}) ==
          std::vector<float>{23, 1034, 2, 1002, 0, 1000});
}

TEST_CASE("conv2d with relu behind it cuts at zero") {
    struct net : network<input<1, 2, 1>, conv2d<2, 1>, relu> {};
    CHECK(run<net>({{1, -1}, {0, 0}}, {2, -3}) == std::vector<float>{2, 0, 0, 3});
}

TEST_CASE("conv2d describes itself") {
    CHECK(conv2d<32, 3, stride<2>, same>::describe() == "conv2d 32, 3x3, stride 2x2, same");
    CHECK(conv2d<8, 3, padding<1, 0>>::describe() == "conv2d 8, 3x3, padding 1x0");
    CHECK(conv2d<8, 3, same, groups<4>>::describe() == "conv2d 8, 3x3, same, groups 4");
    CHECK(conv2d<1, kernel<3, 5>>::describe() == "conv2d 1, 3x5");
}

template <class Layer>
struct one : network<input<8, 9, 16>, Layer> {};

TEST_CASE("conv2d is the same up to rounding whether its sums are made directly or not, and says which") {
    using fast = one<conv2d<17, 3, same>>;
    using plain = one<conv2d<17, 3, same, direct>>;
    const model<fast> net;
    model<plain> same_weights;
    copy_weights<plain, fast>(same_weights, net);
    std::vector<float> x(3 * fast::input.count());
    fill_uniform(x, -1.0f, 1.0f, seed{5});
    const std::vector<float> y = predict(net, x);
    const std::vector<float> directly = predict(same_weights, x);
    float worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::abs(y[i] - directly[i]));
    CHECK(worst < 1e-5f);
    CHECK(worst > 0.0f); // they are not the same sums
    CHECK(conv2d<17, 3, same, direct>::describe() == "conv2d 17, 3x3, same, direct");
}

static_assert(conv2d<17, 3, direct>::output(shape<8, 9, 16>) == shape<6, 7, 17>);
static_assert(conv2d<17, 5, direct, stride<2>>::accepts(shape<8, 9, 16>) ==
              layer_error::none); // and nothing else
static_assert(max_pool2d<2, direct>::accepts(shape<8, 9, 16>) == layer_error::own);
static_assert(conv2d_transpose<2, 3, direct>::accepts(shape<8, 9, 16>) == layer_error::own);
// What a layer that needs room for many samples asks for; one whose sums are direct needs none for each.
static_assert(conv2d<17, 3, same, direct>::scratch(shape<8, 9, 16>, 9) ==
              conv2d<17, 3, same, direct>::scratch(shape<8, 9, 16>, 1));
static_assert(conv2d<17, 3, same>::scratch(shape<8, 9, 16>, 9) >
              conv2d<17, 3, same, direct>::scratch(shape<8, 9, 16>, 9));

TEST_CASE("gradients of conv2d") {
    struct fast : network<input<7, 8, 17>, relu, conv2d<16, 3, same>, relu> {};
    gradients_are_right<fast, 2>();
    gradients_add_up<fast>();
    struct least : network<input<1, 1, 1>, conv2d<1, 1>> {};
    gradients_are_right<least>();
    struct odd : network<input<5, 7, 3>, conv2d<17, kernel<3, 2>, stride<2, 1>, same>> {};
    gradients_are_right<odd>();
    struct gaps : network<input<7, 8, 2>, conv2d<3, 2, stride<3>>> {};
    gradients_are_right<gaps, 1>();
    struct wide : network<input<4, 3, 17>, conv2d<16, 3, same>> {};
    gradients_are_right<wide, 5>();
    struct padded : network<input<5, 6, 3>, conv2d<17, 3, stride<2>, padding<1>>, conv2d<2, 2, padding<2>>> {
    };
    gradients_are_right<padded, 2>();
    struct dilated : network<input<7, 8, 3>, conv2d<17, kernel<3, 2>, dilation<2, 3>>> {};
    gradients_are_right<dilated, 2>();
    struct dilated_strided : network<input<8, 9, 2>, conv2d<5, 3, dilation<2>, stride<2>, same>> {};
    gradients_are_right<dilated_strided, 2>();
    struct dilated_unevenly
        : network<input<8, 9, 17>, conv2d<3, 3, dilation<3, 2>, stride<2, 3>, padding<2>>> {};
    gradients_are_right<dilated_unevenly, 2>();
    struct depthwise : network<input<5, 6, 17>, conv2d<17, 3, groups<17>, padding<1>>, relu> {};
    gradients_are_right<depthwise, 2>();
    struct small_groups
        : network<input<6, 5, 6>, relu, conv2d<15, kernel<3, 2>, stride<2, 1>, groups<3>, same>> {};
    gradients_are_right<small_groups, 2>();
    struct large_groups : network<input<5, 4, 18>, conv2d<34, 2, groups<2>, dilation<2, 1>>> {};
    gradients_are_right<large_groups, 2>();
    struct between
        : network<input<5, 4, 2>, conv2d<6, 2>, relu, conv2d<12, 2, groups<6>>, relu, conv2d<2, 2>> {};
    gradients_are_right<between, 2>();
    gradients_add_up<between>();
    gradients_add_up<large_groups>();
    struct two : network<input<6, 5, 1>, conv2d<5, 3, stride<2>, same>, conv2d<2, 2>> {};
    gradients_are_right<two, 2>();
    struct cut : network<input<3, 3, 2>, conv2d<3, 2>, relu> {};
    gradients_are_right<cut, 2>();
}

} // namespace
