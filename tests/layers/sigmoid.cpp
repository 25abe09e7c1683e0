// sigmoid as a layer: values, rows with padding, and gradients.
#include "strata/layers/sigmoid.hpp"
#include "strata/layers/dense.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

using namespace strata;

static_assert(sigmoid::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(sigmoid::accepts(shape<9>) == layer_error::none);
static_assert(sigmoid::parameters(shape<9>).size == 0);

struct alone : network<input<3, 1, 5>, sigmoid> {};

TEST_CASE("sigmoid of every value of every row") {
    std::vector<float> x(4 * 15);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (static_cast<float>(i) - 30.0f) / 4.0f;
    const std::vector<float> y = run<alone>({}, x);
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(static_cast<double>(y[i]) ==
              doctest::Approx(1 / (1 + std::exp(-static_cast<double>(x[i])))).epsilon(1e-6));
}

TEST_CASE("sigmoid describes itself") { CHECK(sigmoid::describe() == "sigmoid"); }

TEST_CASE("gradients of sigmoid, alone and between other layers") {
    gradients_are_right<alone>();
    struct one : network<input<1>, sigmoid> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, sigmoid, dense<3>, sigmoid> {};
    gradients_are_right<between>();
}

} // namespace
