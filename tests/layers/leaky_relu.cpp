// leaky_relu: values, gradients, and slopes that it refuses.
#include "strata/layers/leaky_relu.hpp"
#include "strata/layers/dense.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(leaky_relu<0.2>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(leaky_relu<0.2>::accepts(shape<9>) == layer_error::none);
static_assert(leaky_relu<0.2>::parameters(shape<9>).size == 0);
static_assert(leaky_relu<0.0>::accepts(shape<9>) == layer_error::none);
static_assert(leaky_relu<1.0>::accepts(shape<9>) == layer_error::own);
static_assert(leaky_relu<-0.1>::accepts(shape<9>) == layer_error::own);

struct alone : network<input<15>, leaky_relu<0.2>> {};
struct image : network<input<3, 1, 5>, leaky_relu<0.2>> {};

TEST_CASE("leaky_relu of every value of every row") {
    const auto expected = [](double x) { return x > 0 ? x : 0.2 * x; };
    computes<alone>(expected);
    computes<image>(expected);
}

TEST_CASE("leaky_relu does not lose large numbers or a NaN") {
    const std::vector<float> y = of<alone>({1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN()});
    CHECK(y[0] == 1e30f);
    CHECK(y[1] == doctest::Approx(-2e29f));
    CHECK(std::isnan(y[2]));
}

TEST_CASE("leaky_relu describes itself") { CHECK(leaky_relu<0.2>::describe() == "leaky_relu 0.2"); }

TEST_CASE("gradients of leaky_relu, alone and between other layers") {
    gradients_are_right<alone>();
    struct one : network<input<1>, leaky_relu<0.2>> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, leaky_relu<0.2>, dense<3>, leaky_relu<0.2>> {};
    gradients_are_right<between>();
    struct twice : network<input<2, 3, 3>, leaky_relu<0.2>, leaky_relu<0.2>> {};
    gradients_are_right<twice>();
}

} // namespace
