// sample_gaussian: draws of the right mean and variance, means in predict, gradients to both halves.
#include "strata/layers/sample_gaussian.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/losses/mse.hpp"
#include "strata/model/predict.hpp"
#include "strata/train/accumulate.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace strata;

static_assert(sample_gaussian::output(shape<14>) == shape<7>);
static_assert(sample_gaussian::accepts(shape<14>) == layer_error::none);
static_assert(sample_gaussian::accepts(shape<15>) == layer_error::own);
static_assert(sample_gaussian::accepts(shape<2, 7>) == layer_error::own);

struct net : network<input<14>, sample_gaussian> {};

/// Row after row: means 0, 1, ... 6 and logarithms of variances -3, -2, ... 3.
std::vector<float> moments(std::size_t rows) {
    std::vector<float> x;
    for (std::size_t r = 0; r < rows; ++r) {
        for (int i = 0; i < 7; ++i) x.push_back(static_cast<float>(i));
        for (int i = 0; i < 7; ++i) x.push_back(static_cast<float>(i - 3));
    }
    return x;
}

TEST_CASE("codes have the means and variances that were asked for") {
    constexpr std::size_t rows = 4000;
    workspace<net, batch<rows>> work;
    const rows_view z = forward(model<net>{}, work, moments(rows));
    for (std::size_t i = 0; i < 7; ++i) {
        CAPTURE(i);
        const double mean = static_cast<double>(i);
        const double variance = std::exp(mean - 3);
        double sum = 0;
        double squares = 0;
        for (std::size_t r = 0; r < rows; ++r) {
            sum += static_cast<double>(z[r][i]) - mean;
            squares += std::pow(static_cast<double>(z[r][i]) - mean, 2);
        }
        CHECK(std::abs(sum / rows) < 5 * std::sqrt(variance / rows));
        CHECK(squares / rows == doctest::Approx(variance).epsilon(5 * std::sqrt(2.0 / rows)));
    }
}

TEST_CASE("predict gives the means") {
    const std::vector<float> z = predict(model<net>{}, moments(3));
    for (std::size_t i = 0; i < z.size(); ++i) CHECK(z[i] == static_cast<float>(i % 7));
}

TEST_CASE("gradients of sample_gaussian, alone, frozen, and between other layers") {
    gradients_are_right<net>();
    struct between : network<input<5>, dense<34>, sample_gaussian, dense<3>, strata::tanh> {};
    gradients_are_right<between>();
}

TEST_CASE("frozen, it gives the means in training, and the variances have no gradient") {
    struct frozen_net : network<input<14>, frozen<sample_gaussian>> {};
    workspace<frozen_net, batch<1>> work;
    CHECK(forward(model<frozen_net>{}, work, moments(1))[0][6] == 6.0f);
    const auto slope = input_gradient(model<frozen_net>{}, work, mse{}, moments(1), 0.0f);
    CHECK(slope[0][6] == doctest::Approx(2 * 6.0f / 7));
    CHECK(slope[0][13] == 0.0f);
}

TEST_CASE("sample_gaussian describes itself") { CHECK(sample_gaussian::describe() == "sample_gaussian"); }

} // namespace
