// elu: values, gradients, and scales that it refuses.
#include "strata/layers/elu.hpp"
#include "strata/layers/dense.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(elu<>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(elu<>::accepts(shape<9>) == layer_error::none);
static_assert(elu<>::parameters(shape<9>).size == 0);
static_assert(elu<0.5>::accepts(shape<9>) == layer_error::none);
static_assert(elu<0.0>::accepts(shape<9>) == layer_error::own);
static_assert(elu<std::numeric_limits<double>::infinity()>::accepts(shape<9>) == layer_error::own);

struct alone : network<input<15>, elu<>> {};
struct image : network<input<3, 1, 5>, elu<>> {};

TEST_CASE("elu of every value of every row") {
    const auto expected = [](double x) { return x > 0 ? x : std::expm1(x); };
    computes<alone>(expected);
    computes<image>(expected);
}

TEST_CASE("elu with another scale, and far from zero") {
    struct half : network<input<15>, elu<0.5>> {};
    computes<half>([](double x) { return x > 0 ? x : 0.5 * std::expm1(x); });
    const std::vector<float> y = of<alone>({1e30f, -1e30f, -1e-6f, std::numeric_limits<float>::quiet_NaN()});
    CHECK(y[0] == 1e30f);
    CHECK(y[1] == -1.0f);
    CHECK(y[2] == doctest::Approx(-1e-6f).epsilon(1e-5)); // e^x - 1 would have lost half of its digits
    CHECK(std::isnan(y[3]));
}

TEST_CASE("elu describes itself") { CHECK(elu<>::describe() == "elu 1"); }

TEST_CASE("gradients of elu, alone and between other layers") {
    gradients_are_right<alone>();
    struct one : network<input<1>, elu<>> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, elu<>, dense<3>, elu<>> {};
    gradients_are_right<between>();
    struct twice : network<input<2, 3, 3>, elu<>, elu<>> {};
    gradients_are_right<twice>();
}

} // namespace
