// average_pool2d: sizes by Keras's and PyTorch's rules, values worked out by hand, and gradients.
#include "strata/layers/average_pool2d.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

// Sizes: floor((n - k) / s) + 1; the stride is the window unless another is given.
static_assert(average_pool2d<2>::output(shape<6, 6, 32>) == shape<3, 3, 32>);
static_assert(average_pool2d<2>::output(shape<7, 5, 3>) == shape<3, 2, 3>);
static_assert(average_pool2d<2, stride<1>>::output(shape<7, 5, 3>) == shape<6, 4, 3>);
static_assert(average_pool2d<3, stride<2>>::output(shape<7, 6, 3>) == shape<3, 2, 3>);
static_assert(average_pool2d<2, stride<3>>::output(shape<7, 8, 3>) == shape<2, 3, 3>);
static_assert(average_pool2d<kernel<2, 3>>::output(shape<7, 7, 3>) == shape<3, 2, 3>);
static_assert(average_pool2d<kernel<1, 3>, stride<2, 1>, valid>::output(shape<7, 7, 3>) == shape<4, 5, 3>);
static_assert(average_pool2d<1>::output(shape<1, 1, 1>) == shape<1, 1, 1>);

static_assert(average_pool2d<3, stride<2>, padding<1>>::output(shape<7, 8, 3>) == shape<4, 4, 3>);
static_assert(average_pool2d<kernel<2, 3>, padding<1, 0>>::output(shape<7, 7, 3>) == shape<4, 2, 3>);
static_assert(average_pool2d<3, padding<1>>::output(shape<1, 1, 3>) == shape<1, 1, 3>);

// What it does not take.
static_assert(average_pool2d<2, same>::accepts(shape<2, 2, 1>) == layer_error::own);
static_assert(average_pool2d<2, padding<1>>::accepts(shape<1, 1, 1>) == layer_error::none);
static_assert(average_pool2d<2, padding<2>>::accepts(shape<4, 4, 1>) == layer_error::own);
static_assert(average_pool2d<3, padding<0, 2>>::accepts(shape<4, 4, 1>) == layer_error::own);
static_assert(average_pool2d<2>::accepts(shape<2, 2, 1>) == layer_error::none);
static_assert(average_pool2d<2>::accepts(shape<4>) == layer_error::needs_image);
static_assert(average_pool2d<2>::accepts(shape<1, 2, 1>) == layer_error::window_larger_than_input);
static_assert(average_pool2d<2>::accepts(shape<2, 1, 1>) == layer_error::window_larger_than_input);
static_assert(average_pool2d<kernel<0, 2>>::accepts(shape<2, 2, 1>) == layer_error::nothing_left);
static_assert(average_pool2d<2, stride<0>>::accepts(shape<2, 2, 1>) == layer_error::nothing_left);
static_assert(average_pool2d<2>::parameters(shape<2, 2, 1>).size == 0);

struct overlapping : network<input<3, 3, 1>, average_pool2d<2, stride<1>>> {};
struct left_over : network<input<3, 3, 2>, average_pool2d<2>> {};

TEST_CASE("average_pool2d by hand") {
    CHECK(run<overlapping>({}, {1, 9, 2, 3, 4, 5, -8, -7, -9}) == std::vector<float>{4.25f, 5, -2, -1.75f});
    CHECK(run<left_over>({}, {1, -1, 2, -2, 70, 70, 3, -3, 4, -4, 70, 70, 70, 70, 70, 70, 70, 70}) ==
          std::vector<float>{2.5f, -2.5f});
}

TEST_CASE("average_pool2d by hand: the zeros of a padding count") {
    struct padded : network<input<2, 3, 1>, average_pool2d<2, padding<1>>> {};
    CHECK(run<padded>({}, {4, 8, 12, 16, 20, 24}) == std::vector<float>{1, 5, 4, 11});
}

TEST_CASE("average_pool2d describes itself") {
    CHECK(average_pool2d<2>::describe() == "average_pool2d 2x2, stride 2x2");
    CHECK(average_pool2d<3, stride<2>, padding<1>>::describe() ==
          "average_pool2d 3x3, stride 2x2, padding 1x1");
    CHECK(average_pool2d<3, stride<1, 2>>::describe() == "average_pool2d 3x3, stride 1x2");
}

TEST_CASE("gradients of average_pool2d") {
    struct least : network<input<1, 1, 1>, average_pool2d<1>> {};
    gradients_are_right<least>();
    gradients_are_right<overlapping>();
    gradients_are_right<left_over>();
    struct deep : network<input<5, 4, 17>, average_pool2d<kernel<3, 2>, stride<2, 1>>> {};
    gradients_are_right<deep, 2>();
    struct padded : network<input<5, 4, 17>, average_pool2d<3, stride<2>, padding<1>>> {};
    gradients_are_right<padded, 2>();
    struct padded_apart : network<input<5, 6, 3>, average_pool2d<2, padding<1>>> {};
    gradients_are_right<padded_apart>();
}

} // namespace
