// flatten: an image's numbers in the order in which they lie, with nothing computed and nothing stored.
#include "strata/layers/flatten.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/upsample2d.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

static_assert(flatten::output(shape<3, 3, 32>) == shape<288>);
static_assert(flatten::output(shape<7>) == shape<7>);
static_assert(flatten::output(shape<2, 3>) == shape<6>);
static_assert(flatten::accepts(shape<3, 3, 32>) == layer_error::none);
static_assert(flatten::parameters(shape<3, 3, 32>).size == 0);

struct alone : network<input<2, 2, 2>, flatten> {};
struct between : network<input<1, 2, 2>, upsample2d<2, 1>, flatten, dense<2>> {};

TEST_CASE("flatten by hand: height, width, channels") {
    CHECK(run<alone>({}, {1, 2, 3, 4, 5, 6, 7, 8}) == std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8});
    // The dense layer sees a b c d a b c d.
    CHECK(run<between>({{1, 0, 2, 0, 3, 0, 4, 0, 0, 10, 0, 20, 0, 30, 0, 40}, {0, 0}}, {1, 2, 3, 4}) ==
          std::vector<float>{30, 300});
}

TEST_CASE("flatten takes no memory") {
    CHECK(memory_plan_of<alone, 4, training>.buffer[1] == 0);
    CHECK(memory_plan_of<between, 4, training>.buffer[2] == memory_plan_of<between, 4, training>.buffer[1]);
}

TEST_CASE("flatten describes itself") { CHECK(flatten::describe() == "flatten"); }

TEST_CASE("gradients through flatten") {
    gradients_are_right<alone>();
    gradients_are_right<between>();
}

} // namespace
