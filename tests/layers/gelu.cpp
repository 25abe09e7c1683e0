// gelu: values, gradients, and that its input stays for its gradient.
#include "strata/layers/gelu.hpp"
#include "strata/layers/dense.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(gelu::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(gelu::accepts(shape<9>) == layer_error::none);
static_assert(gelu::parameters(shape<9>).size == 0);
static_assert(gelu::traits.backward_reads_input && gelu::traits.output == storage::own);

struct alone : network<input<15>, gelu> {};
struct image : network<input<3, 1, 5>, gelu> {};

TEST_CASE("gelu of every value of every row") {
    const auto expected = [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); };
    computes<alone>(expected);
    computes<image>(expected);
}

TEST_CASE("gelu far from zero") {
    const std::vector<float> y = of<alone>({100.0f, -100.0f, 1e30f, std::numeric_limits<float>::quiet_NaN()});
    CHECK(y[0] == 100.0f);
    CHECK(y[1] == 0.0f);
    CHECK(y[2] == 1e30f);
    CHECK(std::isnan(y[3]));
}

TEST_CASE("gelu describes itself") { CHECK(gelu::describe() == "gelu"); }

TEST_CASE("gradients of gelu, alone and between other layers") {
    gradients_are_right<alone>();
    struct one : network<input<1>, gelu> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, gelu, dense<3>, gelu> {};
    gradients_are_right<between>();
    struct twice : network<input<2, 3, 3>, gelu, gelu> {};
    gradients_are_right<twice>();
}

} // namespace
