// The sums and transformations of normalizations against plain loops, at widths around a vector and a line.
#include "strata/kernels/normalize.hpp"

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
constexpr std::size_t groups = 5;

bool close(float got, double expected, double scale) {
    return std::abs(static_cast<double>(got) - expected) <= 1e-6 * std::max(scale, std::abs(expected));
}

TEST_CASE("columns are normalized, and their sums of squares and products are right") {
    for (const std::size_t width : widths) {
        CAPTURE(width);
        const std::vector<float> x = random_floats(groups * width, 1);
        const std::vector<float> g = random_floats(groups * width, 2);
        const std::vector<float> mean = random_floats(width, 3);
        const std::vector<float> factor = random_floats(width, 4);
        const std::vector<float> shift = random_floats(width, 5);
        std::vector<float> y(groups * width + 1, 7.0f);
        std::vector<float> squares(width + 1, 0.5f);
        std::vector<float> products(width + 1, 0.5f);
        std::vector<float> mixed(groups * width + 1, 7.0f);
        kernels::normalize_columns<arch>(groups, width, x.data(), mean.data(), factor.data(), shift.data(),
                                         y.data());
        kernels::add_squared_deviations<arch>(groups, width, x.data(), mean.data(), squares.data());
        kernels::add_gradient_deviations<arch>(groups, width, g.data(), x.data(), mean.data(),
                                               products.data());
        kernels::combine<arch>(groups, width, g.data(), x.data(), mean.data(), factor.data(), shift.data(),
                               mixed.data());
        for (std::size_t c = 0; c < width; ++c) {
            double square = 0.5;
            double product = 0.5;
            for (std::size_t k = 0; k < groups; ++k) {
                const double value = static_cast<double>(x[k * width + c]);
                const double slope = static_cast<double>(g[k * width + c]);
                const double away = value - static_cast<double>(mean[c]);
                square += away * away;
                product += slope * away;
                CHECK(close(y[k * width + c],
                            away * static_cast<double>(factor[c]) + static_cast<double>(shift[c]), 4));
                CHECK(close(mixed[k * width + c],
                            static_cast<double>(mean[c]) * slope + static_cast<double>(factor[c]) * value +
                                static_cast<double>(shift[c]),
                            4));
            }
            CHECK(close(squares[c], square, 8));
            CHECK(close(products[c], product, 8));
        }
        // Nothing behind the last value is touched.
        CHECK(y.back() == 7.0f);
        CHECK(mixed.back() == 7.0f);
        CHECK(squares.back() == 0.5f);
        CHECK(products.back() == 0.5f);
    }
}

TEST_CASE("the moments of a group, what it becomes, and the gradients") {
    for (const std::size_t width : widths) {
        CAPTURE(width);
        const std::vector<float> x = random_floats(width, 1);
        const std::vector<float> factor = random_floats(width, 2);
        const std::vector<float> shift = random_floats(width, 3);
        const std::vector<float> g = random_floats(width, 4);
        const auto n = static_cast<double>(width);
        double mean = 0;
        double variance = 0;
        for (const float value : x) mean += static_cast<double>(value) / n;
        for (const float value : x) variance += std::pow(static_cast<double>(value) - mean, 2) / n;
        const double inverse = 1 / std::sqrt(variance + 0.25);
        const kernels::group_moments m = kernels::moments_of<arch>(width, x.data(), 0.25f);
        CHECK(close(m.mean, mean, 1));
        CHECK(close(m.inverse_deviation, inverse, 1));

        std::vector<float> y(width + 1, 7.0f);
        std::vector<float> slope(width + 1, 7.0f);
        std::vector<float> factors(width + 1, 0.5f);
        kernels::normalize_group<arch>(width, x.data(), m, factor.data(), shift.data(), y.data());
        kernels::normalize_group_gradient<arch>(width, x.data(), m, factor.data(), g.data(), slope.data());
        kernels::add_factor_gradient<arch>(width, x.data(), m, g.data(), factors.data());
        double sum = 0;
        double product = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const double by = static_cast<double>(g[i]) * static_cast<double>(factor[i]);
            sum += by / n;
            product += by * (static_cast<double>(x[i]) - mean) * inverse / n;
        }
        for (std::size_t i = 0; i < width; ++i) {
            const double normal = (static_cast<double>(x[i]) - mean) * inverse;
            const double by = static_cast<double>(g[i]) * static_cast<double>(factor[i]);
            CHECK(close(y[i], normal * static_cast<double>(factor[i]) + static_cast<double>(shift[i]), 4));
            CHECK(close(slope[i], inverse * (by - sum - normal * product), 4));
            CHECK(close(factors[i], 0.5 + static_cast<double>(g[i]) * normal, 4));
        }
        CHECK(y.back() == 7.0f);
        CHECK(slope.back() == 7.0f);
        CHECK(factors.back() == 0.5f);
    }
}

} // namespace
