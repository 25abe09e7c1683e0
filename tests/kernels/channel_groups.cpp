// The moments of groups of columns, and the gradients, against plain loops, at widths around a vector and beyond what is summed
// at a time.
#include "strata/kernels/channel_groups.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

bool close(float got, double expected, double scale) {
    return std::abs(static_cast<double>(got) - expected) <= 2e-6 * std::max(scale, std::abs(expected));
}

void check(std::size_t rows, std::size_t groups, std::size_t each) {
    CAPTURE(rows);
    CAPTURE(groups);
    CAPTURE(each);
    const std::size_t columns = groups * each;
    const std::vector<float> x = random_floats(rows * columns, 1), weight = random_floats(columns, 2),
                             g = random_floats(rows * columns, 3);
    const kernels::row_blocks where{1, 0, rows, columns};
    // One number more, which nobody is to touch.
    std::vector<float> near(columns + 1, 7.0f), rest(near), inverse(near), slopes(near), products(near),
        slope(rows * columns + 1, 7.0f);
    kernels::measure_channel_groups<arch>(where, columns, each, x.data(), 0.25f, near.data(), rest.data(),
                                          inverse.data());
    const kernels::channel_moments<arch> m{{near.data(), rest.data()}, inverse.data()};
    kernels::channel_groups_gradient<arch>(where, columns, each, x.data(), m, weight.data(), g.data(),
                                           slopes.data(), products.data(), slope.data());
    std::vector<double> weight_sums(columns + 1, 0.5), bias_sums(columns + 1, 0.5), weights(columns, 0.5),
        biases(columns, 0.5);
    kernels::sum_channel_gradients<arch>(where, columns, x.data(), m, g.data(), weight_sums.data(),
                                         bias_sums.data());
    const auto n = static_cast<double>(rows * each);
    for (std::size_t group = 0; group < groups; ++group) {
        const auto for_all = [&](auto&& f) {
            for (std::size_t i = 0; i < rows * columns; ++i)
                if (i % columns / each == group)
                    f(i, static_cast<double>(x[i]), static_cast<double>(g[i]), i % columns);
        };
        double mean = 0, variance = 0, sum = 0, product = 0;
        for_all([&](std::size_t, double value, double, std::size_t) { mean += value / n; });
        for_all([&](std::size_t, double value, double, std::size_t) {
            variance += std::pow(value - mean, 2) / n;
        });
        const double by = 1 / std::sqrt(variance + 0.25);
        for_all([&](std::size_t, double value, double gradient, std::size_t c) {
            sum += gradient * static_cast<double>(weight[c]) / n;
            product += gradient * static_cast<double>(weight[c]) * (value - mean) * by / n;
        });
        for_all([&](std::size_t i, double value, double gradient, std::size_t c) {
            const double normal = (value - mean) * by;
            CHECK(close(slope[i], by * (gradient * static_cast<double>(weight[c]) - sum - normal * product),
                        4));
            weights[c] += gradient * normal;
            biases[c] += gradient;
        });
        for (std::size_t c = group * each; c < (group + 1) * each; ++c) {
            CHECK(std::abs(static_cast<double>(near[c]) + static_cast<double>(rest[c]) - mean) <= 1e-12);
            CHECK(close(inverse[c], by, 1));
        }
    }
    for (std::size_t c = 0; c < columns; ++c) {
        CHECK(std::abs(weight_sums[c] - weights[c]) <= 1e-6 * std::max(1.0, static_cast<double>(rows)));
        CHECK(std::abs(bias_sums[c] - biases[c]) <= 1e-12 * static_cast<double>(rows));
    }
    for (const std::vector<float>* one : {&near, &rest, &inverse, &slopes, &products, &slope})
        CHECK(one->back() == 7.0f);
    CHECK(weight_sums.back() == 0.5);
    CHECK(bias_sums.back() == 0.5);
}

TEST_CASE("the moments of groups of columns, and the gradients") {
    for (const std::size_t rows : {1u, 2u, 9u, 50u})
        for (const std::size_t groups : {1u, 2u, 5u})
            for (const std::size_t each : {1u, 3u, 8u, 17u}) check(rows, groups, each);
    check(3, 2, 300);
    check(3, 600, 1);
    check(40, 3, 171);
}

} // namespace
