// global_average_pool2d: shapes, values worked out by hand, and gradients.
#include "strata/layers/global_average_pool2d.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

static_assert(global_average_pool2d::output(shape<7, 5, 3>) == shape<3>);
static_assert(global_average_pool2d::output(shape<1, 1, 1>) == shape<1>);
static_assert(global_average_pool2d::accepts(shape<7, 5, 3>) == layer_error::none);
static_assert(global_average_pool2d::accepts(shape<7>) == layer_error::needs_image);
static_assert(global_average_pool2d::accepts(shape<7, 7>) == layer_error::needs_image);
static_assert(global_average_pool2d::parameters(shape<7, 5, 3>).size == 0);

struct two : network<input<1, 4, 2>, global_average_pool2d> {};

TEST_CASE("global_average_pool2d by hand") {
    CHECK(run<two>({}, {1, 10, 2, 20, 3, 30, 4, 40}) == std::vector<float>{2.5f, 25});
    struct one : network<input<1, 1, 3>, global_average_pool2d> {};
    CHECK(run<one>({}, {1, 2, 3, 4, 5, 6}) == std::vector<float>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("global_average_pool2d describes itself") {
    CHECK(global_average_pool2d::describe() == "global_average_pool2d");
}

TEST_CASE("gradients of global_average_pool2d") {
    gradients_are_right<two>();
    struct deep : network<input<5, 3, 17>, global_average_pool2d> {};
    gradients_are_right<deep, 2>();
    struct between : network<input<5, 4, 1>, conv2d<7, 2>, global_average_pool2d, dense<3>> {};
    gradients_are_right<between>();
}

} // namespace
