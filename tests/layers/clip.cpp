// clip: values, gradients, and bounds that it refuses.
#include "strata/layers/clip.hpp"
#include "strata/layers/dense.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

constexpr double infinity = std::numeric_limits<double>::infinity();

static_assert(clip<0, 6>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(clip<0, 6>::accepts(shape<9>) == layer_error::none);
static_assert(clip<0, 6>::parameters(shape<9>).size == 0);
static_assert(clip<-1.5, -0.5>::accepts(shape<9>) == layer_error::none);
static_assert(clip<1, 1>::accepts(shape<9>) == layer_error::own);
static_assert(clip<2, 1>::accepts(shape<9>) == layer_error::own);
static_assert(clip<0, infinity>::accepts(shape<9>) == layer_error::own);
static_assert(clip<-infinity, 0>::accepts(shape<9>) == layer_error::own);
static_assert(clip<std::numeric_limits<double>::quiet_NaN(), 0>::accepts(shape<9>) == layer_error::own);
static_assert(clip<0, 6>::traits.relu_like && !clip<-1, 1>::traits.relu_like);

struct alone : network<input<15>, clip<-1.5, 2>> {};
struct image : network<input<3, 1, 5>, clip<-1.5, 2>> {};

TEST_CASE("clip of every value of every row") {
    const auto expected = [](double x) { return std::clamp(x, -1.5, 2.0); };
    computes<alone>(expected, 0);
    computes<image>(expected, 0);
}

TEST_CASE("clip far from zero, and of a NaN") {
    const std::vector<float> y =
        of<alone>({1e30f, -1e30f, static_cast<float>(infinity), -static_cast<float>(infinity),
                   std::numeric_limits<float>::quiet_NaN()});
    CHECK(y[0] == 2.0f);
    CHECK(y[1] == -1.5f);
    CHECK(y[2] == 2.0f);
    CHECK(y[3] == -1.5f);
    CHECK(std::isnan(y[4]));
}

TEST_CASE("no gradient goes through at the bounds and beyond") {
    alignas(64) const float x[16] = {-2, -1.5f, -1.25f, 0, 1.75f, 2, 3};
    alignas(64) float y[16] = {};
    alignas(64) const float y_gradient[16] = {1, 2, 3, 4, 5, 6, 7};
    alignas(64) float x_gradient[16] = {};
    forward_pass<arch> there{};
    there.x = {x, 1, 7};
    there.y = {y, 1, 7};
    clip<-1.5, 2>::forward<arch, shape<7>>(there);
    backward_pass<arch> back{};
    back.y = {y, 1, 7};
    back.y_gradient = {y_gradient, 1, 7};
    back.x_gradient = {x_gradient, 1, 7};
    clip<-1.5, 2>::input_gradient<arch, shape<7>>(back);
    CHECK(std::vector<float>(x_gradient, x_gradient + 7) == std::vector<float>{0, 0, 3, 4, 5, 0, 0});
}

TEST_CASE("clip describes itself") {
    CHECK(clip<0, 6>::describe() == "clip 0 to 6");
    CHECK(clip<-0.5, 0.25>::describe() == "clip -0.5 to 0.25");
}

TEST_CASE("gradients of clip, alone and between other layers") {
    struct near : network<input<15>, clip<-0.5, 0.25>> {};
    gradients_are_right<near>();
    struct one : network<input<1>, clip<-2, 2>> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, clip<0, 6>, dense<3>, clip<-1, 1>> {};
    gradients_are_right<between>();
    struct twice : network<input<2, 3, 3>, clip<-0.75, 0.5>, clip<-0.5, 0.75>> {};
    gradients_are_right<twice>();
}

} // namespace
