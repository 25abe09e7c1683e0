// zero_pad2d: shapes, the order of its numbers, and gradients.
#include "strata/layers/zero_pad2d.hpp"
#include "strata/layers/conv2d.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace {

using namespace strata;

static_assert(zero_pad2d<1>::output(shape<3, 5, 7>) == shape<5, 7, 7>);
static_assert(zero_pad2d<1, 2>::output(shape<3, 5, 7>) == shape<5, 9, 7>);
static_assert(zero_pad2d<1, 2, 3, 4>::output(shape<3, 5, 7>) == shape<6, 12, 7>);
static_assert(zero_pad2d<0>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(zero_pad2d<1>::accepts(shape<3, 5, 7>) == layer_error::none);
static_assert(zero_pad2d<1>::accepts(shape<7>) == layer_error::needs_image);
static_assert(zero_pad2d<>::accepts(shape<3, 5, 7>) == layer_error::own);
static_assert(zero_pad2d<1, 2, 3>::accepts(shape<3, 5, 7>) == layer_error::own);
static_assert(zero_pad2d<1, 2, 3, 4, 5>::accepts(shape<3, 5, 7>) == layer_error::own);
static_assert(zero_pad2d<1>::parameters(shape<3, 5, 7>).size == 0);
static_assert(zero_pad2d<std::numeric_limits<std::size_t>::max()>::output(shape<1, 1, 1>).count() >
              most_floats);

TEST_CASE("zero_pad2d by hand: top, bottom, left, right") {
    struct each : network<input<1, 1, 2>, zero_pad2d<1, 0, 2, 1>> {};
    CHECK(run<each>({}, {5, 6}) == std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 0, 0});
    struct pairs : network<input<1, 1, 1>, zero_pad2d<1, 0>> {};
    CHECK(run<pairs>({}, {5, 6}) == std::vector<float>{0, 5, 0, 0, 6, 0});
}

TEST_CASE("zero_pad2d describes itself") {
    CHECK(zero_pad2d<3>::describe() == "zero_pad2d 3, 3, 3, 3");
    CHECK(zero_pad2d<1, 2>::describe() == "zero_pad2d 1, 1, 2, 2");
    CHECK(zero_pad2d<1, 2, 3, 4>::describe() == "zero_pad2d 1, 2, 3, 4");
}

TEST_CASE("gradients of zero_pad2d") {
    struct least : network<input<1, 1, 1>, zero_pad2d<1>> {};
    gradients_are_right<least>();
    struct deep : network<input<3, 2, 17>, zero_pad2d<0, 2, 1, 3>> {};
    gradients_are_right<deep, 2>();
    struct between : network<input<3, 4, 2>, conv2d<3, 2>, zero_pad2d<1, 2>, conv2d<2, 2>> {};
    gradients_are_right<between>();
}

} // namespace
