// layer_norm: every row, or every pixel, by itself.
#include "strata/layers/layer_norm.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/tanh.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace {

using namespace strata;

static_assert(layer_norm<>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(layer_norm<>::parameters(shape<3, 5, 7>).count() == 14);

struct row : network<input<21>, layer_norm<>> {};
struct pixels : network<input<3, 1, 7>, layer_norm<>> {};

/// In double, with factor 2 + c and shift c for column c.
template <class Net>
void check(std::size_t width) {
    std::vector<float> x(4 * 21);
    fill_uniform(x, 5.0f, 9.0f, seed{1});
    std::vector<float> factor, shift;
    for (std::size_t c = 0; c < width; ++c) {
        factor.push_back(2.0f + static_cast<float>(c));
        shift.push_back(static_cast<float>(c));
    }
    const std::vector<float> y = run<Net>({factor, shift}, x);
    for (std::size_t first = 0; first < x.size(); first += width) {
        double mean = 0;
        double variance = 0;
        for (std::size_t c = 0; c < width; ++c)
            mean += static_cast<double>(x[first + c]) / static_cast<double>(width);
        for (std::size_t c = 0; c < width; ++c)
            variance += std::pow(static_cast<double>(x[first + c]) - mean, 2) / static_cast<double>(width);
        for (std::size_t c = 0; c < width; ++c) {
            const double normal = (static_cast<double>(x[first + c]) - mean) / std::sqrt(variance + 1e-5);
            CHECK(std::abs(static_cast<double>(y[first + c]) -
                           (normal * static_cast<double>(factor[c]) + static_cast<double>(shift[c]))) < 1e-4);
        }
    }
}

TEST_CASE("layer_norm of rows and of pixels") {
    check<row>(21);
    check<pixels>(7);
}

TEST_CASE("a new model has factors 1 and shifts 0, and equal values come out as the shift") {
    const std::vector<float> y = run<row>({}, std::vector<float>(21, 4.0f));
    for (const float value : y) CHECK(value == 0.0f);
}

TEST_CASE("layer_norm describes itself") { CHECK(layer_norm<>::describe() == "layer_norm"); }

TEST_CASE("gradients of layer_norm, alone, of pixels, and between other layers") {
    gradients_are_right<row>();
    gradients_add_up<row>();
    gradients_are_right<pixels>();
    struct sixteen : network<input<16>, layer_norm<>> {};
    gradients_are_right<sixteen, 1>();
    struct between : network<input<5>, dense<17>, strata::tanh, layer_norm<>, dense<3>, layer_norm<>> {};
    gradients_are_right<between>();
}

} // namespace
