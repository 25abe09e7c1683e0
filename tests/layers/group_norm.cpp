// group_norm: groups of channels, over all pixels, every sample by itself.
#include "strata/layers/group_norm.hpp"
#include "strata/layers/conv2d.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/layers/layer_norm.hpp"
#include "strata/layers/tanh.hpp"

#include "strata/train/backward.hpp"

#include "support/networks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace {

using namespace strata;

static_assert(group_norm<7>::output(shape<3, 5, 7>) == shape<3, 5, 7>);
static_assert(group_norm<7>::parameters(shape<3, 5, 7>).count() == 14);
static_assert(group_norm<3>::accepts(shape<9>) == layer_error::none);
static_assert(group_norm<2>::accepts(shape<9>) == layer_error::own);
static_assert(group_norm<0>::accepts(shape<9>) == layer_error::own);
static_assert(group_norm<18>::accepts(shape<9>) == layer_error::own);
static_assert(group_norm<3, 0.0>::accepts(shape<9>) == layer_error::own);
static_assert(group_norm<3, std::numeric_limits<double>::infinity()>::accepts(shape<9>) == layer_error::own);

template <std::size_t Height, std::size_t Width, std::size_t Channels, std::size_t Groups>
struct image : network<input<Height, Width, Channels>, group_norm<Groups>> {};

/// In double, with weight 2 + c and bias c for channel c.
template <class Net>
void check(std::size_t groups, float low, float high, double tolerance) {
    constexpr std::size_t count = Net::input.count(), channels = Net::input.last();
    std::vector<float> x(3 * count);
    fill_uniform(x, low, high, seed{1});
    std::vector<float> weight, bias;
    for (std::size_t c = 0; c < channels; ++c) {
        weight.push_back(2.0f + static_cast<float>(c));
        bias.push_back(static_cast<float>(c));
    }
    const std::vector<float> y = run<Net>({weight, bias}, x);
    const std::size_t each = channels / groups;
    for (std::size_t first = 0; first < x.size(); first += count)
        for (std::size_t g = 0; g < groups; ++g) {
            const auto for_all = [&](auto&& f) {
                for (std::size_t i = 0; i < count; ++i)
                    if (i % channels / each == g) f(first + i, i % channels);
            };
            const auto n = static_cast<double>(count / groups);
            double mean = 0, variance = 0;
            for_all([&](std::size_t i, std::size_t) { mean += static_cast<double>(x[i]) / n; });
            for_all([&](std::size_t i, std::size_t) {
                variance += std::pow(static_cast<double>(x[i]) - mean, 2) / n;
            });
            for_all([&](std::size_t i, std::size_t c) {
                const double normal = (static_cast<double>(x[i]) - mean) / std::sqrt(variance + 1e-5);
                const double scaled = normal * static_cast<double>(weight[c]),
                             shift = static_cast<double>(bias[c]);
                CHECK(std::abs(static_cast<double>(y[i]) - (scaled + shift)) <=
                      tolerance * (1 + std::abs(scaled) + shift));
            });
        }
}

TEST_CASE("groups of channels of images and of rows") {
    check<image<3, 5, 12, 1>>(1, 5, 9, 1e-6);
    check<image<3, 5, 12, 4>>(4, 5, 9, 1e-6);
    check<image<3, 5, 12, 12>>(12, 5, 9, 1e-6);
    check<image<1, 1, 34, 2>>(2, 5, 9, 1e-6);
    check<image<7, 1, 33, 11>>(11, -1, 1, 1e-6);
    check<image<40, 40, 6, 2>>(2, 99, 101, 1e-6);
    check<image<2, 2, 520, 5>>(5, -1, 1, 1e-6); // more channels than are summed at a time
    check<image<2, 2, 1040, 2>>(2, -1e20f, 1e20f, 1e-6);
    struct row : network<input<21>, group_norm<3>> {};
    struct matrix : network<input<4, 10>, group_norm<5>> {};
    check<row>(3, 5, 9, 1e-6);
    check<matrix>(5, 5, 9, 1e-6);
}

TEST_CASE("one group of a row is layer_norm") {
    struct grouped : network<input<37>, group_norm<1>> {};
    struct whole : network<input<37>, layer_norm<>> {};
    std::vector<float> x(2 * 37);
    fill_uniform(x, -1.0f, 1.0f, seed{2});
    const std::vector<float> y = run<grouped>({}, x), other = run<whole>({}, x);
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(std::abs(y[i] - other[i]) <= 1e-6f);
}

template <class Net>
void equal_values_come_out_as_the_bias() {
    constexpr std::size_t channels = Net::input.last();
    for (const float value : {0.7f, 255.0f, -12345.678f, 10000.1f, 1e-40f, 1e19f, 3e38f}) {
        CAPTURE(value);
        const std::vector<float> x(3 * Net::input.count(), value);
        CHECK(run<Net>({}, x) == std::vector<float>(x.size(), 0.0f));
        CHECK(run<Net>({std::vector<float>(channels, -3.0f), std::vector<float>(channels, 0.25f)}, x) ==
              std::vector<float>(x.size(), 0.25f));
    }
}

TEST_CASE("equal values come out as the bias, whatever their size and number") {
    equal_values_come_out_as_the_bias<image<1, 1, 2, 2>>();
    equal_values_come_out_as_the_bias<image<9, 7, 6, 2>>();
    equal_values_come_out_as_the_bias<image<5, 5, 21, 3>>();
    equal_values_come_out_as_the_bias<image<41, 43, 3, 1>>();
}

TEST_CASE("the gradients of many samples add up as in double") {
    using net_type = image<20, 20, 3, 1>;
    model<net_type> net;
    workspace<net_type, batch<64>> work;
    std::vector<float> x(64 * net_type::input.count());
    fill_uniform(x, 0.0f, 1.0f, seed{4});
    forward(net, work, x);
    const float slope = 0.1f;
    backward(net, work, slope);
    double magnitude = 0, weights[3]{};
    for (std::size_t first = 0; first < x.size(); first += 1200) {
        double mean = 0, variance = 0;
        for (std::size_t i = 0; i < 1200; ++i) mean += static_cast<double>(x[first + i]) / 1200;
        for (std::size_t i = 0; i < 1200; ++i)
            variance += std::pow(static_cast<double>(x[first + i]) - mean, 2) / 1200;
        for (std::size_t i = 0; i < 1200; ++i) {
            const double product = static_cast<double>(slope) * (static_cast<double>(x[first + i]) - mean) /
                                   std::sqrt(variance + static_cast<double>(1e-5f));
            weights[i % 3] += product;
            magnitude += std::abs(product) / 3;
        }
    }
    const auto bias = static_cast<double>(slope) * static_cast<double>(x.size() / 3);
    for (std::size_t c = 0; c < 3; ++c) {
        CHECK(std::abs(static_cast<double>(work.parameter_gradients()[c]) - weights[c]) <= 2e-7 * magnitude);
        CHECK(static_cast<double>(work.parameter_gradients()[16 + c]) == doctest::Approx(bias).epsilon(1e-7));
    }
}

TEST_CASE("group_norm describes itself") {
    CHECK(group_norm<4>::describe() == "group_norm 4");
    CHECK(group_norm<4, 1e-3>::describe() == "group_norm 4, epsilon 0.001");
}

TEST_CASE("gradients of group_norm, alone, of images, and between other layers") {
    struct row : network<input<21>, group_norm<7>> {};
    gradients_are_right<row>();
    gradients_add_up<row>();
    gradients_are_right<image<3, 2, 6, 1>>();
    gradients_are_right<image<3, 2, 6, 3>>();
    gradients_add_up<image<3, 2, 6, 3>>();
    gradients_are_right<image<3, 1, 7, 7>>();
    gradients_are_right<image<1, 1, 34, 2>, 1>();
    struct between : network<input<5, 4, 2>, conv2d<6, 2>, group_norm<3>, strata::tanh, conv2d<4, 1>,
                             group_norm<2>, flatten, dense<6>, group_norm<2>> {};
    gradients_are_right<between>();
}

} // namespace
