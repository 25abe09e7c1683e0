// The moments of a group, and what it becomes, against plain loops, at widths around a vector and a line.
#include "strata/kernels/normalize_group.hpp"

#include "support/reference.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace reference;
using strata::arch;
namespace kernels = strata::kernels;

constexpr std::size_t widths[]{1, 3, 7, 8, 9, 15, 16, 17, 33};

bool close(float got, double expected, double scale) {
    return std::abs(static_cast<double>(got) - expected) <= 1e-6 * std::max(scale, std::abs(expected));
}

TEST_CASE("the moments of a group, what it becomes, and the gradients") {
    for (const std::size_t width : widths) {
        CAPTURE(width);
        const std::vector<float> x = random_floats(width, 1);
        const std::vector<float> weight = random_floats(width, 2);
        const std::vector<float> bias = random_floats(width, 3);
        const std::vector<float> g = random_floats(width, 4);
        const auto n = static_cast<double>(width);
        double mean = 0;
        double variance = 0;
        for (const float value : x) mean += static_cast<double>(value) / n;
        for (const float value : x) variance += std::pow(static_cast<double>(value) - mean, 2) / n;
        const double inverse = 1 / std::sqrt(variance + 0.25);
        const kernels::group_moments<arch> m = kernels::moments_of<arch>(width, x.data(), 0.25f);
        CHECK(close(m.mean, mean, 1));
        CHECK(close(m.inverse_deviation, inverse, 1));

        std::vector<float> y(width + 1, 7.0f);
        std::vector<float> slope(width + 1, 7.0f);
        std::vector<float> weight_gradient(width + 1, 0.5f);
        std::vector<float> bias_gradient(width + 1, 0.5f);
        kernels::normalize_group<arch>(width, x.data(), m, weight.data(), bias.data(), y.data());
        kernels::normalize_group_gradient<arch>(width, x.data(), m, weight.data(), g.data(), slope.data());
        kernels::add_group_gradients<arch>({1, 0, 1, width}, width, x.data(), &m, g.data(),
                                           weight_gradient.data(), bias_gradient.data());
        double sum = 0;
        double product = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const double by = static_cast<double>(g[i]) * static_cast<double>(weight[i]);
            sum += by / n;
            product += by * (static_cast<double>(x[i]) - mean) * inverse / n;
        }
        for (std::size_t i = 0; i < width; ++i) {
            const double normal = (static_cast<double>(x[i]) - mean) * inverse;
            const double by = static_cast<double>(g[i]) * static_cast<double>(weight[i]);
            CHECK(close(y[i], normal * static_cast<double>(weight[i]) + static_cast<double>(bias[i]), 4));
            CHECK(close(slope[i], inverse * (by - sum - normal * product), 4));
            CHECK(close(weight_gradient[i], 0.5 + static_cast<double>(g[i]) * normal, 4));
            CHECK(close(bias_gradient[i], 0.5 + static_cast<double>(g[i]), 4));
        }
        CHECK(y.back() == 7.0f);
        CHECK(slope.back() == 7.0f);
        CHECK(weight_gradient.back() == 0.5f);
        CHECK(bias_gradient.back() == 0.5f);
    }
}

TEST_CASE("equal values have their mean exactly, and come out as the bias") {
    for (const std::size_t width : {1u, 3u, 7u, 16u, 33u, 100u, 561u, 2000u})
        for (const float value : {0.7f, 10000.1f, -12345.678f, 255.0f, 1e19f, 3e38f, 1e-40f}) {
            CAPTURE(width);
            CAPTURE(value);
            const std::vector<float> x(width, value);
            const kernels::group_moments<arch> m = kernels::moments_of<arch>(width, x.data(), 1e-5f);
            CHECK(m.mean == value);
            CHECK(m.rest == 0.0f);
            CHECK(m.inverse_deviation == static_cast<float>(1.0 / std::sqrt(static_cast<double>(1e-5f))));
            const std::vector<float> weight(width, 3.0f);
            const std::vector<float> bias(width, 0.25f);
            std::vector<float> y(width);
            kernels::normalize_group<arch>(width, x.data(), m, weight.data(), bias.data(), y.data());
            CHECK(y == bias);
        }
}

TEST_CASE("the gradients of many groups are off by 2 ulp of the magnitudes at most") {
    unsigned number = 0;
    for (const std::size_t samples : sizes{1, 5})
        for (const std::size_t count : sizes{1, 49, 1000})
            for (const std::size_t width : sizes{3, 16, 37}) {
                ++number;
                const std::size_t apart = count * width + number % 5;
                const std::vector<float> x = random_floats(samples * apart, number);
                const std::vector<float> g = random_floats(samples * apart, number + 1);
                std::vector<kernels::group_moments<arch>> moments(samples * count);
                for (std::size_t i = 0; i < moments.size(); ++i)
                    moments[i] = kernels::moments_of<arch>(
                        width, x.data() + i / count * apart + i % count * width, 1e-5f);
                std::vector<float> weight_gradient(width, 0.0f);
                std::vector<float> bias_gradient(width, 0.0f);
                kernels::add_group_gradients<arch>({samples, apart, count, width}, width, x.data(),
                                                   moments.data(), g.data(), weight_gradient.data(),
                                                   bias_gradient.data());
                for (std::size_t c = 0; c < width; ++c) {
                    sum weight, bias;
                    for (std::size_t i = 0; i < moments.size(); ++i) {
                        const std::size_t at = i / count * apart + i % count * width + c;
                        const auto& m = moments[i];
                        bias.add(static_cast<double>(g[at]));
                        weight.add(static_cast<double>(g[at]),
                                   (static_cast<double>(x[at]) - static_cast<double>(m.mean) -
                                    static_cast<double>(m.rest)) *
                                       static_cast<double>(m.inverse_deviation));
                    }
                    CHECK(weight.is(weight_gradient[c]));
                    CHECK(bias.is(bias_gradient[c]));
                }
            }
}

} // namespace
