// upsample2d: sizes, values worked out by hand, and gradients.
#include "strata/layers/upsample2d.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

static_assert(upsample2d<2>::output(shape<3, 3, 32>) == shape<6, 6, 32>);
static_assert(upsample2d<1>::output(shape<3, 3, 32>) == shape<3, 3, 32>);
static_assert(upsample2d<2, 3>::output(shape<5, 7, 1>) == shape<10, 21, 1>);
static_assert(upsample2d<2>::accepts(shape<1, 1, 1>) == layer_error::none);
static_assert(upsample2d<2>::accepts(shape<9>) == layer_error::needs_image);
static_assert(upsample2d<2, 0>::accepts(shape<1, 1, 1>) == layer_error::nothing_left);
static_assert(upsample2d<2>::parameters(shape<1, 1, 1>).size == 0);

static_assert(upsample2d<2, 3, bilinear>::output(shape<5, 7, 1>) == shape<10, 21, 1>);
static_assert(upsample2d<2, 2, bilinear>::accepts(shape<1, 1, 1>) == layer_error::none);
static_assert(upsample2d<2, 2, nearest>::accepts(shape<1, 1, 1>) == layer_error::none);
static_assert(upsample2d<2, 2, int>::accepts(shape<1, 1, 1>) == layer_error::own);

TEST_CASE("upsample2d by hand: bilinear") {
    struct net : network<input<1, 3, 1>, upsample2d<1, 2, bilinear>> {};
    CHECK(run<net>({}, {1, 5, 3}) == std::vector<float>{1, 2, 4, 4.5f, 3.5f, 3});
    struct odd : network<input<2, 1, 2>, upsample2d<3, 1, bilinear>> {};
    CHECK(run<odd>({}, {0, 3, 3, 9}) == std::vector<float>{0, 3, 0, 3, 1, 5, 2, 7, 3, 9, 3, 9});
    struct one : network<input<1, 1, 1>, upsample2d<2, 3, bilinear>> {};
    CHECK(run<one>({}, {7}) == std::vector<float>(6, 7.0f));
}

TEST_CASE("upsample2d by hand") {
    struct net : network<input<2, 1, 2>, upsample2d<2, 3>> {};
    CHECK(run<net>({}, {1, 2, 3, 4}) == std::vector<float>{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, //
                                                           3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4});
    struct same_size : network<input<1, 2, 1>, upsample2d<1>> {};
    CHECK(run<same_size>({}, {1, 2, 3, 4}) == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("upsample2d describes itself") {
    CHECK(upsample2d<2>::describe() == "upsample2d 2x2");
    CHECK(upsample2d<2, 2, bilinear>::describe() == "upsample2d 2x2, bilinear");
    CHECK(upsample2d<1, 4>::describe() == "upsample2d 1x4");
}

TEST_CASE("gradients of upsample2d") {
    struct least : network<input<1, 1, 1>, upsample2d<1>> {};
    gradients_are_right<least>();
    struct odd : network<input<3, 5, 3>, upsample2d<3, 2>> {};
    gradients_are_right<odd>();
    struct deep : network<input<2, 1, 17>, upsample2d<2>> {};
    gradients_are_right<deep>();
    struct mixed : network<input<3, 5, 3>, upsample2d<3, 2, bilinear>> {};
    gradients_are_right<mixed>();
    struct mixed_deep : network<input<2, 1, 17>, upsample2d<2, 2, bilinear>> {};
    gradients_are_right<mixed_deep>();
}

} // namespace
