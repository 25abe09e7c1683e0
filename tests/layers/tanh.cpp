// tanh as a layer: values, rows with padding, and gradients.
#include "strata/layers/tanh.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/relu.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

using namespace strata;

static_assert(strata::tanh::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(strata::tanh::accepts(shape<9>) == layer_error::none);
static_assert(strata::tanh::parameters(shape<9>).size == 0);

struct alone : network<input<3, 1, 5>, strata::tanh> {};

TEST_CASE("tanh of every value of every row") {
    std::vector<float> x(4 * 15);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (static_cast<float>(i) - 30.0f) / 8.0f;
    const std::vector<float> y = run<alone>({}, x);
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(static_cast<double>(y[i]) ==
              doctest::Approx(std::tanh(static_cast<double>(x[i]))).epsilon(1e-6));
}

TEST_CASE("tanh describes itself") { CHECK(strata::tanh::describe() == "tanh"); }

TEST_CASE("gradients of tanh, alone and between layers that read and overwrite") {
    gradients_are_right<alone>();
    struct one : network<input<1>, strata::tanh> {};
    gradients_are_right<one, 1>();
    struct between : network<input<5>, dense<17>, strata::tanh, strata::tanh, dense<3>, strata::tanh> {};
    gradients_are_right<between>();
    struct kept : network<input<4>, dense<7>, strata::tanh, relu, dense<2>> {}; // relu may not overwrite
    gradients_are_right<kept>();
}

} // namespace
