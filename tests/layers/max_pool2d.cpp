// max_pool2d: sizes by Keras's rules, values worked out by hand, and gradients.
#include "strata/layers/max_pool2d.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

// Sizes: floor((n - k) / s) + 1; the stride is the window unless another is given.
static_assert(max_pool2d<2>::output(shape<6, 6, 32>) == shape<3, 3, 32>);
static_assert(max_pool2d<2>::output(shape<7, 5, 3>) == shape<3, 2, 3>);
static_assert(max_pool2d<2, stride<1>>::output(shape<7, 5, 3>) == shape<6, 4, 3>);
static_assert(max_pool2d<3, stride<2>>::output(shape<7, 6, 3>) == shape<3, 2, 3>);
static_assert(max_pool2d<2, stride<3>>::output(shape<7, 8, 3>) == shape<2, 3, 3>);
static_assert(max_pool2d<kernel<2, 3>>::output(shape<7, 7, 3>) == shape<3, 2, 3>);
static_assert(max_pool2d<kernel<1, 3>, stride<2, 1>, valid>::output(shape<7, 7, 3>) == shape<4, 5, 3>);
static_assert(max_pool2d<1>::output(shape<1, 1, 1>) == shape<1, 1, 1>);

static_assert(max_pool2d<3, stride<2>, padding<1>>::output(shape<7, 8, 3>) == shape<4, 4, 3>);
static_assert(max_pool2d<kernel<2, 3>, padding<1, 0>>::output(shape<7, 7, 3>) == shape<4, 2, 3>);
static_assert(max_pool2d<3, padding<1>>::output(shape<1, 1, 3>) == shape<1, 1, 3>);

// What it does not take.
static_assert(max_pool2d<2, same>::accepts(shape<2, 2, 1>) == layer_error::own);
static_assert(max_pool2d<2, padding<1>>::accepts(shape<1, 1, 1>) == layer_error::none);
static_assert(max_pool2d<2, dilation<2>>::accepts(shape<9, 9, 1>) == layer_error::own);
static_assert(max_pool2d<2, groups<2>>::accepts(shape<9, 9, 2>) == layer_error::own);
static_assert(max_pool2d<2, padding<2>>::accepts(shape<4, 4, 1>) == layer_error::own);
static_assert(max_pool2d<3, padding<0, 2>>::accepts(shape<4, 4, 1>) == layer_error::own);
static_assert(max_pool2d<2>::accepts(shape<2, 2, 1>) == layer_error::none);
static_assert(max_pool2d<2>::accepts(shape<4>) == layer_error::needs_image);
static_assert(max_pool2d<2>::accepts(shape<1, 2, 1>) == layer_error::window_larger_than_input);
static_assert(max_pool2d<2>::accepts(shape<2, 1, 1>) == layer_error::window_larger_than_input);
static_assert(max_pool2d<kernel<0, 2>>::accepts(shape<2, 2, 1>) == layer_error::nothing_left);
static_assert(max_pool2d<2, stride<0>>::accepts(shape<2, 2, 1>) == layer_error::nothing_left);
static_assert(max_pool2d<2>::parameters(shape<2, 2, 1>).size == 0);

struct overlapping : network<input<3, 3, 1>, max_pool2d<2, stride<1>>> {};
struct left_over : network<input<3, 3, 2>, max_pool2d<2>> {};

TEST_CASE("max_pool2d by hand") {
    CHECK(run<overlapping>({}, {1, 9, 2, 3, 4, 5, -8, -7, -9}) == std::vector<float>{9, 9, 4, 5});
    CHECK(run<left_over>({}, {1, -1, 2, -2, 70, 70, 3, -3, 4, -4, 70, 70, 70, 70, 70, 70, 70, 70}) ==
          std::vector<float>{4, -1});
}

TEST_CASE("max_pool2d by hand: padding is never the largest") {
    struct padded : network<input<2, 3, 1>, max_pool2d<3, stride<2>, padding<1>>> {};
    CHECK(run<padded>({}, {-5, -1, -2, -4, -3, -6}) == std::vector<float>{-1, -1});
    struct apart : network<input<3, 1, 1>, max_pool2d<kernel<2, 1>, padding<1, 0>>> {};
    CHECK(run<apart>({}, {-5, -7, -6}) == std::vector<float>{-5, -6});
}

TEST_CASE("max_pool2d by hand: the gradient goes to the first largest pixel, once for every window") {
    alignas(64) const float x[16] = {5, 9, 9, 3, 4, 4, 0, 4, 4};
    alignas(64) const float y_gradient[16] = {1, 2, 3, 4};
    alignas(64) float x_gradient[16] = {};
    backward_pass<arch> pass{};
    pass.x = {x, 1, 9};
    pass.y_gradient = {y_gradient, 1, 4};
    pass.x_gradient = {x_gradient, 1, 9};
    max_pool2d<2, stride<1>>::input_gradient<arch, shape<3, 3, 1>>(pass);
    CHECK(std::vector<float>(x_gradient, x_gradient + 9) ==
          std::vector<float>{0, 1 + 2, 0, 0, 3 + 4, 0, 0, 0, 0});
}

TEST_CASE("max_pool2d describes itself") {
    CHECK(max_pool2d<2>::describe() == "max_pool2d 2x2, stride 2x2");
    CHECK(max_pool2d<3, stride<2>, padding<1>>::describe() == "max_pool2d 3x3, stride 2x2, padding 1x1");
    CHECK(max_pool2d<3, stride<1, 2>>::describe() == "max_pool2d 3x3, stride 1x2");
}

TEST_CASE("gradients of max_pool2d") {
    struct least : network<input<1, 1, 1>, max_pool2d<1>> {};
    gradients_are_right<least>();
    gradients_are_right<overlapping>();
    gradients_are_right<left_over>();
    struct deep : network<input<5, 4, 17>, max_pool2d<kernel<3, 2>, stride<2, 1>>> {};
    gradients_are_right<deep, 2>();
    struct padded : network<input<5, 4, 17>, max_pool2d<3, stride<2>, padding<1>>> {};
    gradients_are_right<padded, 2>();
    struct padded_apart : network<input<5, 6, 3>, max_pool2d<2, padding<1>>> {};
    gradients_are_right<padded_apart>();
}

} // namespace
