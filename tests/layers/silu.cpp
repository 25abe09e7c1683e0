// silu: values, gradients, and that its input stays for its gradient.
#include "strata/layers/silu.hpp"
#include "strata/layers/dense.hpp"

#include "support/scalar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(silu::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(silu::accepts(shape<9>) == layer_error::none);
static_assert(silu::parameters(shape<9>).size == 0);
static_assert(silu::traits.backward_reads_input && silu::traits.output == storage::own);

struct alone : network<input<15>, silu> {};
struct image : network<input<3, 1, 5>, silu> {};

TEST_CASE("silu of every value of every row") {
    const auto expected = [](double x) { return x / (1 + std::exp(-x)); };
    computes<alone>(expected);
    computes<image>(expected);
}

TEST_CASE("silu far from zero") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> y = of<alone>(
        {100.0f, -200.0f, 1e30f, -1e30f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN()});
    CHECK(y[0] == 100.0f);
    CHECK(y[1] == 0.0f);
    CHECK(y[2] == 1e30f);
    CHECK(y[3] == 0.0f);
    CHECK(y[4] == infinity);
    CHECK(y[5] == 0.0f);
    CHECK(std::isnan(y[6]));
}

TEST_CASE("silu describes itself") { CHECK(silu::describe() == "silu"); }

TEST_CASE("gradients of silu, alone and between other layers") {
    gradients_are_right<alone>();
    struct one : network<input<1>, silu> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, silu, dense<3>, silu> {};
    gradients_are_right<between>();
    struct twice : network<input<2, 3, 3>, silu, silu> {};
    gradients_are_right<twice>();
}

} // namespace
