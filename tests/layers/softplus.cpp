// softplus: values near and far from zero, and gradients.
#include "strata/layers/softplus.hpp"
#include "strata/layers/dense.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(softplus::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(softplus::accepts(shape<9>) == layer_error::none);
static_assert(softplus::parameters(shape<9>).size == 0);

struct alone : network<input<15>, softplus> {};
struct image : network<input<3, 1, 5>, softplus> {};

TEST_CASE("softplus of every value of every row") {
    const auto expected = [](double x) { return std::log1p(std::exp(-std::abs(x))) + std::max(x, 0.0); };
    computes<alone>(expected);
    computes<image>(expected);
}

TEST_CASE("softplus neither overflows nor loses small values") {
    const std::vector<float> y = of<alone>({100.0f, -20.0f, 1e30f, std::numeric_limits<float>::quiet_NaN()});
    CHECK(y[0] == 100.0f);
    CHECK(y[1] == doctest::Approx(2.0611536e-9).epsilon(1e-5));
    CHECK(y[2] == 1e30f);
    CHECK(std::isnan(y[3]));
}

TEST_CASE("softplus describes itself") { CHECK(softplus::describe() == "softplus"); }

TEST_CASE("gradients of softplus, alone and between other layers") {
    gradients_are_right<alone>();
    struct one : network<input<1>, softplus> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, softplus, dense<3>, softplus> {};
    gradients_are_right<between>();
    struct twice : network<input<2, 3, 3>, softplus, softplus> {};
    gradients_are_right<twice>();
}

} // namespace
