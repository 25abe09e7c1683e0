// dense: sizes, values worked out by hand, and gradients at odd sizes.
#include "strata/layers/dense.hpp"
#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/relu.hpp"
#include "strata/layers/tanh.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace {

using namespace strata;

static_assert(dense<10>::output(shape<784>) == shape<10>);
static_assert(dense<1>::output(shape<1>) == shape<1>);
static_assert(dense<10>::accepts(shape<784>) == layer_error::none);
static_assert(dense<10>::accepts(shape<28, 28, 1>) == layer_error::needs_flat_input);
static_assert(dense<10>::accepts(shape<28, 28>) == layer_error::needs_flat_input);
static_assert(dense<0>::accepts(shape<784>) == layer_error::nothing_left);

constexpr parameter_list parameters = dense<10>::parameters(shape<7>);
static_assert(parameters.size == 2);
static_assert(parameters.items[0].logical == shape<7, 10>);
static_assert(parameters.items[0].fan_in == 7);
static_assert(parameters.items[0].fan_out == 10);
static_assert(parameters.items[1].logical == shape<10>);
static_assert(parameters.items[1].fan_in == 0); // biases start at zero
static_assert(parameters.count() == 7 * 10 + 10);

TEST_CASE("bias gradients of many rows add up as in double, equal ones exactly") {
    struct net : network<input<1>, dense<19>> {};
    for (const std::size_t rows : {33u, 1000u, 4096u})
        for (const float slope : {0.1f, 0.7f, -12345.678f}) {
            workspace<net, batch<4096>> work;
            const model<net> m;
            forward(m, work, std::vector<float>(rows, 1.0f));
            backward(m, work, slope);
            const auto exact = static_cast<float>(static_cast<double>(rows) * static_cast<double>(slope));
            for (std::size_t c = 0; c < 19; ++c) CHECK(work.parameter_gradients()[32 + c] == exact);
        }
}

TEST_CASE("dense by hand: x W + b, inputs are rows of W; several samples") {
    struct net : network<input<2>, dense<3>> {};
    CHECK(run<net>({{1, 2, 3, 4, 5, 6}, {10, 20, 30}}, {1, 10, -1, 0}) ==
          std::vector<float>{51, 72, 93, 9, 18, 27});
}

TEST_CASE("dense with relu behind it cuts at zero, and keeps a NaN") {
    struct net : network<input<1>, dense<3>, relu> {};
    CHECK(run<net>({{1, -1, 2}, {0, 0, -3}}, {2, -1}) == std::vector<float>{2, 0, 1, 0, 1, 0});
    const std::vector<float> y =
        run<net>({{1, -1, 2}, {0, 0, -3}}, {std::numeric_limits<float>::quiet_NaN(), 2});
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::isnan(y[i]));
    CHECK(y[3] == 2.0f);
}

TEST_CASE("dense computes the same bits for a sample, however many are beside it") {
    struct net : network<input<19>, dense<37>> {};
    const model<net> weights{glorot_uniform{}, seed{3}};
    workspace<net, batch<13>, inference> work;
    std::vector<float> x(13 * 19);
    fill_uniform(x, -1.0f, 1.0f, seed{4});
    const rows_view all = forward(weights, work, x);
    std::vector<float> together;
    for (std::size_t r = 0; r < 13; ++r) together.insert(together.end(), all[r].begin(), all[r].end());
    for (std::size_t r = 0; r < 13; ++r) {
        const rows_view one = forward(weights, work, rows_view{x.data() + r * 19, 1, 19, 19});
        CHECK(std::equal(one[0].begin(), one[0].end(), together.begin() + std::ptrdiff_t(r * 37)));
    }
}

TEST_CASE("dense describes itself") { CHECK(dense<32>::describe() == "dense 32"); }

TEST_CASE("gradients of dense") {
    struct least : network<input<1>, dense<1>> {};
    gradients_are_right<least, 1>();
    struct below : network<input<7>, dense<15>> {};
    gradients_are_right<below, 17>();
    struct above : network<input<17>, dense<33>> {};
    gradients_are_right<above, 13>();
    struct two : network<input<16>, dense<9>, strata::tanh, dense<5>> {};
    gradients_are_right<two>();
    struct cut : network<input<5>, dense<7>, relu> {};
    gradients_are_right<cut>();
}

} // namespace
