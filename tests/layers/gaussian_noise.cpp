// gaussian_noise: how much is added, when, and that gradients pass through.
#include "strata/layers/gaussian_noise.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/model/predict.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(gaussian_noise<0.5>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(gaussian_noise<0.0>::accepts(shape<9>) == layer_error::none);
static_assert(gaussian_noise<-0.1>::accepts(shape<9>) == layer_error::own);
static_assert(gaussian_noise<std::numeric_limits<double>::infinity()>::accepts(shape<9>) == layer_error::own);

constexpr std::size_t width = 301;
struct net : network<input<width>, gaussian_noise<0.2>> {};

TEST_CASE("the noise has mean 0 and its deviation, and each pass has its own") {
    const model<net> weights{zeros{}};
    workspace<net, batch<64>> work;
    const std::vector<float> x(64 * width, 3.0f);
    const rows_view y = forward(weights, work, x);
    double sum = 0;
    double squares = 0;
    for (std::size_t r = 0; r < 64; ++r)
        for (const float value : y[r]) {
            sum += static_cast<double>(value) - 3;
            squares += std::pow(static_cast<double>(value) - 3, 2);
        }
    const double count = 64.0 * width;
    CHECK(std::abs(sum / count) < 5 * 0.2 / std::sqrt(count));
    CHECK(std::sqrt(squares / count) == doctest::Approx(0.2).epsilon(5 / std::sqrt(2 * count)));
    const float first = y[0][0];
    CHECK(forward(weights, work, x)[0][0] != first);
    work.seed(seed{});
    CHECK(forward(weights, work, x)[0][0] == first);
}

TEST_CASE("predict adds no noise, nor does a frozen layer") {
    const std::vector<float> x(3 * width, 3.0f);
    CHECK(predict(model<net>{}, x) == x);
    struct frozen_net : network<input<width>, frozen<gaussian_noise<0.2>>> {};
    workspace<frozen_net, batch<3>> work;
    CHECK(forward(model<frozen_net>{}, work, x)[2][300] == 3.0f);
}

TEST_CASE("gaussian_noise describes itself") {
    CHECK(gaussian_noise<0.2>::describe() == "gaussian_noise 0.2");
}

TEST_CASE("gradients of gaussian_noise, alone and behind a layer that it may not overwrite") {
    gradients_are_right<net>();
    struct between : network<input<5>, dense<17>, strata::tanh, gaussian_noise<0.3>, dense<3>> {};
    gradients_are_right<between>();
}

} // namespace
