// layer_norm: every row, or every pixel, by itself.
#include "strata/layers/layer_norm.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/tanh.hpp"

#include "strata/train/backward.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(layer_norm<>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(layer_norm<>::parameters(shape<3, 5, 7>).count() == 14);
static_assert(layer_norm<>::parameters(shape<9>).items[0].name == "weight");
static_assert(layer_norm<>::parameters(shape<9>).items[1].name == "bias");
static_assert(layer_norm<0.0>::accepts(shape<9>) == layer_error::own);
static_assert(layer_norm<std::numeric_limits<double>::infinity()>::accepts(shape<9>) == layer_error::own);

struct row : network<input<21>, layer_norm<>> {};
struct pixels : network<input<3, 1, 7>, layer_norm<>> {};

/// In double, with weight 2 + c and bias c for column c.
template <class Net>
void check(std::size_t width) {
    std::vector<float> x(4 * 21);
    fill_uniform(x, 5.0f, 9.0f, seed{1});
    std::vector<float> weight, bias;
    for (std::size_t c = 0; c < width; ++c) {
        weight.push_back(2.0f + static_cast<float>(c));
        bias.push_back(static_cast<float>(c));
    }
    const std::vector<float> y = run<Net>({weight, bias}, x);
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
                           (normal * static_cast<double>(weight[c]) + static_cast<double>(bias[c]))) < 1e-4);
        }
    }
}

TEST_CASE("layer_norm of rows and of pixels") {
    check<row>(21);
    check<pixels>(7);
}

TEST_CASE("a new model has weights 1 and biases 0, and equal values come out as the bias") {
    const std::vector<float> y = run<row>({}, std::vector<float>(21, 4.0f));
    for (const float value : y) CHECK(value == 0.0f);
}

template <class Net>
void equal_values_come_out_as_the_bias() {
    constexpr std::size_t width = Net::input.last();
    for (const float value : {0.7f, 255.0f, -12345.678f, 10000.1f, 1e-40f, 1e19f, 3e38f}) {
        CAPTURE(value);
        const std::vector<float> x(3 * Net::input.count(), value);
        const std::vector<float> bias(width, 0.25f);
        CHECK(run<Net>({}, x) == std::vector<float>(x.size(), 0.0f));
        CHECK(run<Net>({std::vector<float>(width, -3.0f), bias}, x) == std::vector<float>(x.size(), 0.25f));
    }
}

TEST_CASE("equal values come out as the bias, whatever their size and number") {
    struct one : network<input<1>, layer_norm<>> {};
    struct three : network<input<9, 7, 3>, layer_norm<>> {};
    struct sixteen : network<input<5, 5, 16>, layer_norm<>> {};
    struct hundred : network<input<100>, layer_norm<>> {};
    struct long_row : network<input<561>, layer_norm<>> {};
    struct longer_row : network<input<3001>, layer_norm<>> {};
    equal_values_come_out_as_the_bias<one>();
    equal_values_come_out_as_the_bias<three>();
    equal_values_come_out_as_the_bias<sixteen>();
    equal_values_come_out_as_the_bias<hundred>();
    equal_values_come_out_as_the_bias<long_row>();
    equal_values_come_out_as_the_bias<longer_row>();
}

TEST_CASE("long rows of any size and middle come out as in double") {
    struct long_row : network<input<561>, layer_norm<>> {};
    for (const float size : {1.0f, 1e19f, 1e30f, 1e38f})
        for (const float middle : {0.0f, 0.5f, 100.0f, 10000.0f}) {
            if (size > 1e36f && middle > 0.5f) continue;
            CAPTURE(size);
            CAPTURE(middle);
            std::vector<float> x(4 * 561);
            fill_uniform(x, middle - 1.0f, middle + 1.0f, seed{3});
            for (float& value : x) value *= size;
            const std::vector<float> y = run<long_row>({}, x);
            for (std::size_t first = 0; first < x.size(); first += 561) {
                double mean = 0;
                double variance = 0;
                for (std::size_t c = 0; c < 561; ++c) mean += static_cast<double>(x[first + c]) / 561;
                for (std::size_t c = 0; c < 561; ++c)
                    variance += std::pow(static_cast<double>(x[first + c]) - mean, 2) / 561;
                double worst = 0;
                for (std::size_t c = 0; c < 561; ++c)
                    worst = std::max(worst, std::abs(static_cast<double>(y[first + c]) -
                                                     (static_cast<double>(x[first + c]) - mean) /
                                                         std::sqrt(variance + 1e-5)));
                CHECK(worst < 1e-6);
            }
        }
}

TEST_CASE("the gradients of many pixels add up as in double") {
    struct image : network<input<40, 40, 3>, layer_norm<>> {};
    model<image> net;
    workspace<image, batch<16>> work;
    std::vector<float> x(16 * image::input.count());
    fill_uniform(x, 0.0f, 1.0f, seed{4});
    forward(net, work, x);
    const float slope = 0.1f;
    backward(net, work, slope);
    double magnitude = 0;
    double weights[3]{};
    for (std::size_t first = 0; first < x.size(); first += 3) {
        double mean = 0;
        double variance = 0;
        for (std::size_t c = 0; c < 3; ++c) mean += static_cast<double>(x[first + c]) / 3;
        for (std::size_t c = 0; c < 3; ++c)
            variance += std::pow(static_cast<double>(x[first + c]) - mean, 2) / 3;
        for (std::size_t c = 0; c < 3; ++c) {
            const double product = static_cast<double>(slope) * (static_cast<double>(x[first + c]) - mean) /
                                   std::sqrt(variance + static_cast<double>(1e-5f));
            weights[c] += product;
            magnitude += std::abs(product) / 3;
        }
    }
    const auto bias = static_cast<double>(slope) * static_cast<double>(x.size() / 3);
    for (std::size_t c = 0; c < 3; ++c) {
        CHECK(std::abs(static_cast<double>(work.parameter_gradients()[c]) - weights[c]) <= 2e-7 * magnitude);
        CHECK(static_cast<double>(work.parameter_gradients()[16 + c]) == doctest::Approx(bias).epsilon(1e-7));
    }
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
