// prelu: a slope for every channel, and its gradients.
#include "strata/layers/prelu.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"

#include "strata/model/predict.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(prelu::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(prelu::accepts(shape<9>) == layer_error::none);
static_assert(prelu::parameters(shape<3, 5, 7>).count() == 7);
static_assert(prelu::parameters(shape<9>).size == 1);
static_assert(prelu::parameters(shape<9>).items[0].name == "weight");
static_assert(prelu::parameters(shape<9>).items[0].logical == shape<9>);
static_assert(prelu::traits.relu_like && !prelu::traits.smooth);

struct flat : network<input<3>, prelu> {};
struct image : network<input<2, 1, 3>, prelu> {};

TEST_CASE("prelu has a slope for every place of the last axis") {
    CHECK(run<flat>({{0.5f, 2, -1}}, {-2, -2, -2, 3, 3, 3}) == std::vector<float>{-1, -4, 2, 3, 3, 3});
    CHECK(run<image>({{0.5f, 2, -1}}, {-2, -2, -2, 3, -3, -3}) == std::vector<float>{-1, -4, 2, 3, -6, 3});
}

TEST_CASE("a new model's slopes are 0.25") {
    struct fifteen : network<input<15>, prelu> {};
    computes<fifteen>([](double x) { return x > 0 ? x : 0.25 * x; }, 0);
    const model<fifteen> net;
    CHECK(predict(net, std::vector<float>(15, -4.0f)) == std::vector<float>(15, -1.0f));
}

TEST_CASE("prelu does not lose large numbers or a NaN") {
    const std::vector<float> y =
        run<flat>({{0.5f, 0.5f, 0.5f}}, {1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN()});
    CHECK(y[0] == 1e30f);
    CHECK(y[1] == -5e29f);
    CHECK(std::isnan(y[2]));
}

TEST_CASE("prelu describes itself") { CHECK(prelu::describe() == "prelu"); }

TEST_CASE("gradients of prelu, alone and between other layers") {
    gradients_are_right<flat>();
    gradients_are_right<image>();
    struct one : network<input<1>, prelu> {};
    gradients_are_right<one, 5>();
    struct between : network<input<5>, dense<17>, prelu, dense<7>, prelu> {};
    gradients_are_right<between>();
    struct images : network<input<5, 7, 3>, prelu, conv2d<17, 3>, prelu> {};
    gradients_are_right<images>();
    gradients_add_up<between>();
    gradients_add_up<images>();
}

} // namespace
