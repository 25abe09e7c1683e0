// reshape: the same numbers in another shape, with nothing computed and nothing stored.
#include "strata/layers/reshape.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/upsample2d.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

namespace {

using namespace strata;

static_assert(reshape<3, 3, 32>::output(shape<288>) == shape<3, 3, 32>);
static_assert(reshape<288>::output(shape<3, 3, 32>) == shape<288>);
static_assert(reshape<6, 4>::output(shape<2, 3, 4>) == shape<6, 4>);
static_assert(reshape<3, 3, 32>::accepts(shape<288>) == layer_error::none);
static_assert(reshape<3, 3, 32>::accepts(shape<287>) == layer_error::own);
static_assert(reshape<3, 3, 32>::accepts(shape<3, 3, 33>) == layer_error::own);
static_assert(reshape<0>::accepts(shape<1>) == layer_error::own);
static_assert(reshape<1>::parameters(shape<1>).size == 0);

struct alone : network<input<6>, reshape<1, 2, 3>> {};
struct between : network<input<2>, dense<4>, reshape<1, 2, 2>, upsample2d<1, 2>> {};

TEST_CASE("reshape by hand") {
    CHECK(run<alone>({}, {1, 2, 3, 4, 5, 6}) == std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK(run<between>({{1, 2, 3, 4, 0, 0, 0, 10}, {0, 0, 0, 0}}, {1, 1}) ==
          std::vector<float>{1, 2, 1, 2, 3, 14, 3, 14});
}

TEST_CASE("reshape takes no memory") {
    CHECK(memory_plan_of<alone, 4, training>.buffer[1] == 0);
    CHECK(memory_plan_of<between, 4, training>.buffer[2] == memory_plan_of<between, 4, training>.buffer[1]);
}

TEST_CASE("reshape describes itself") { CHECK(reshape<1, 2, 3>::describe() == "reshape"); }

TEST_CASE("gradients through reshape") {
    gradients_are_right<alone>();
    gradients_are_right<between>();
}

} // namespace
